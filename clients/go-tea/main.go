// One story told by darabonba-openapi, the core of the newer Go clients (ACS3); the protocol is in
// ../README.md. The clients generated for each product only fill in what call fills in here.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
)

const region = "cn-hangzhou"

var (
	endpoint = os.Getenv("ENDPOINT")
	keyID    = os.Getenv("ACCESS_KEY_ID")
	secret   = os.Getenv("ACCESS_KEY_SECRET")
	circuit  = os.Getenv("CIRCUIT")
	token    = os.Getenv("TOKEN")
)

// fields are what a step reports beside its name and outcome; also an answer's and a request's.
type fields map[string]any

// call sends one operation and leaves its JSON body in answer.
func call(secret, version, action string, query fields, answer any) error {
	client, err := openapi.NewClient(&utils.Config{
		AccessKeyId:     tea.String(keyID),
		AccessKeySecret: tea.String(secret),
		Endpoint:        tea.String(endpoint),
		Protocol:        tea.String("http"),
		RegionId:        tea.String(region),
	})
	if err != nil {
		return err
	}
	params := &utils.Params{
		Action:      tea.String(action),
		Version:     tea.String(version),
		Protocol:    tea.String("HTTPS"), // as generated; the client's own setting wins
		Pathname:    tea.String("/"),
		Method:      tea.String("POST"),
		AuthType:    tea.String("AK"),
		Style:       tea.String("RPC"),
		ReqBodyType: tea.String("formData"),
		BodyType:    tea.String("json"),
	}
	request := &utils.OpenApiRequest{Query: utils.Query(query)}
	result, err := client.CallApi(params, request, &dara.RuntimeOptions{})
	if err != nil {
		return err
	}
	return tea.Convert(result["body"], answer)
}

type order struct {
	circuit, token, secret string
	period                 int
}

func (o order) place() (fields, error) {
	query := fields{
		"RegionId":             region,
		"PhysicalConnectionId": o.circuit,
		"Period":               o.period,
		"PricingCycle":         "Month",
		"InstanceChargeType":   "PrePaid",
		"AutoPay":              true,
	}
	if o.token != "" {
		query["ClientToken"] = o.token
	}
	var answer struct {
		RequestId string
		Data      struct{ OrderId string }
	}
	if err := call(o.secret, "2016-04-28", "CreatePhysicalConnectionOccupancyOrder", query, &answer); err != nil {
		return nil, err
	}
	return fields{"order": answer.Data.OrderId, "request_id": answer.RequestId}, nil
}

func detail(id string) (fields, error) {
	var answer struct {
		RequestId string
		Data      struct {
			OrderList struct {
				Order []struct{ PaymentStatus, InstanceIDs, PretaxAmount string }
			}
		}
	}
	if err := call(secret, "2017-12-14", "GetOrderDetail", fields{"OrderId": id}, &answer); err != nil {
		return nil, err
	}
	report := fields{"payment_status": nil, "instance_ids": nil, "amount": nil, "request_id": answer.RequestId}
	if list := answer.Data.OrderList.Order; len(list) > 0 {
		report["payment_status"] = list[0].PaymentStatus
		report["instance_ids"] = list[0].InstanceIDs
		report["amount"] = list[0].PretaxAmount
	}
	return report, nil
}

func look() (fields, error) {
	query := fields{
		"RegionId": region,
		"Filter":   []fields{{"Key": "PhysicalConnectionId", "Value": []string{circuit}}},
	}
	var answer struct {
		RequestId             string
		PhysicalConnectionSet struct {
			PhysicalConnectionType []struct{ Status string }
		}
	}
	if err := call(secret, "2016-04-28", "DescribePhysicalConnections", query, &answer); err != nil {
		return nil, err
	}
	report := fields{"status": nil, "request_id": answer.RequestId}
	if list := answer.PhysicalConnectionSet.PhysicalConnectionType; len(list) > 0 {
		report["status"] = list[0].Status
	}
	return report, nil
}

func whoami() (fields, error) {
	var answer struct{ RequestId, AccountId, Arn string }
	if err := call(secret, "2015-04-01", "GetCallerIdentity", nil, &answer); err != nil {
		return nil, err
	}
	return fields{"account": answer.AccountId, "arn": answer.Arn, "request_id": answer.RequestId}, nil
}

func step(name string, call func() (fields, error)) fields {
	report, err := call()
	if err != nil {
		report = failure(err)
	}
	report["step"] = name
	report["ok"] = err == nil
	line, err := json.Marshal(report)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
	return report
}

func failure(err error) fields {
	report := fields{"type": fmt.Sprintf("%T", err), "code": nil, "message": err.Error(), "status": nil, "request_id": nil}
	var sdk *tea.SDKError
	if errors.As(err, &sdk) {
		report["code"] = sdk.Code
		report["message"] = sdk.Message
		report["status"] = sdk.StatusCode
		// This class has no field for the request id; it is in the error's data.
		var data struct {
			RequestId *string
		}
		if sdk.Data != nil && json.Unmarshal([]byte(*sdk.Data), &data) == nil {
			report["request_id"] = data.RequestId
		}
	}
	return report
}

func storyOrder(usual order) {
	placed := step("place", usual.place)
	repeated := step("repeat", usual.place)
	// After a cut connection only the repeat knows the order.
	id, ok := placed["order"].(string)
	if !ok {
		id, _ = repeated["order"].(string)
	}
	step("detail", func() (fields, error) { return detail(id) })
	step("circuit", look)

	unknown := usual
	unknown.circuit = "pc-doesnotexist"
	unknown.token = "" // a used one would be refused as a mismatch before the circuit is looked for
	step("error_not_found", unknown.place)

	longer := usual
	longer.period = 2
	step("error_mismatch", longer.place)

	forged := usual
	forged.secret = "not-" + secret
	step("error_signature", forged.place)
}

func main() {
	usual := order{circuit: circuit, token: token, secret: secret, period: 1}
	switch story := os.Getenv("STORY"); story {
	case "place":
		step("place", usual.place)
	case "order":
		storyOrder(usual)
	case "whoami":
		step("whoami", whoami)
	default:
		fmt.Fprintf(os.Stderr, "unknown STORY: %s\n", story)
		os.Exit(1)
	}
}
