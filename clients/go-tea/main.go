// Sends each step with darabonba-openapi, the core of the newer Go clients (ACS3); the protocol is
// in ../README.md. The clients generated for each product only fill in what answer fills in here.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
)

type step struct {
	Version, Operation, Path, Secret string
	Parameters                       json.RawMessage
}

func (s step) answer() (any, error) {
	client, err := openapi.NewClient(&utils.Config{
		AccessKeyId:     tea.String(os.Getenv("ACCESS_KEY_ID")),
		AccessKeySecret: tea.String(s.Secret),
		Endpoint:        tea.String(os.Getenv("ENDPOINT")),
		Protocol:        tea.String("http"),
		RegionId:        tea.String("cn-hangzhou"),
	})
	if err != nil {
		return nil, err
	}
	params := &utils.Params{
		Action:      tea.String(s.Operation),
		Version:     tea.String(s.Version),
		Protocol:    tea.String("HTTPS"), // as generated; the client's own setting wins
		Pathname:    tea.String(s.Path),
		Method:      tea.String("POST"),
		AuthType:    tea.String("AK"),
		Style:       tea.String("ROA"),
		ReqBodyType: tea.String("json"),
		BodyType:    tea.String("json"),
	}
	request := &utils.OpenApiRequest{Body: s.Parameters}
	if s.Path == "" {
		params.Pathname = tea.String("/")
		params.Style = tea.String("RPC")
		params.ReqBodyType = tea.String("formData")
		request = &utils.OpenApiRequest{Query: utils.Query(s.Parameters)}
	}
	result, err := client.CallApi(params, request, &dara.RuntimeOptions{})
	return result["body"], err
}

func failure(err error) map[string]any {
	report := map[string]any{"type": fmt.Sprintf("%T", err), "message": err.Error()}
	var sdk *tea.SDKError
	if errors.As(err, &sdk) {
		report["code"] = sdk.Code
		report["message"] = sdk.Message
		report["status"] = sdk.StatusCode
		// This class has no field for the request id; it is in the error's data.
		var data struct{ RequestId *string }
		if sdk.Data != nil && json.Unmarshal([]byte(*sdk.Data), &data) == nil {
			report["request_id"] = data.RequestId
		}
	}
	return report
}

func main() {
	steps, outcomes := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		next := step{Secret: os.Getenv("ACCESS_KEY_SECRET")}
		if err := steps.Decode(&next); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		outcome := map[string]any{}
		if answer, err := next.answer(); err != nil {
			outcome["error"] = failure(err)
		} else {
			outcome["answer"] = answer
		}
		if err := outcomes.Encode(outcome); err != nil {
			panic(err)
		}
	}
}
