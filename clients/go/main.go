// Sends each step with alibaba-cloud-sdk-go (RPC 1.0); the protocol is in ../README.md.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/bssopenapi"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/vpc"
)

type step struct {
	Version, Operation, Secret string
	Parameters                 map[string]any
}

// Go finds no type by its name, so what the script names is listed.
var operations = map[string]func(step) (any, error){
	"ApplyPhysicalConnectionLOA": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateApplyPhysicalConnectionLOARequest,
		(*vpc.Client).ApplyPhysicalConnectionLOA),
	"CompletePhysicalConnectionLOA": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateCompletePhysicalConnectionLOARequest,
		(*vpc.Client).CompletePhysicalConnectionLOA),
	"ConfirmPhysicalConnection": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateConfirmPhysicalConnectionRequest,
		(*vpc.Client).ConfirmPhysicalConnection),
	"CreatePhysicalConnection": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateCreatePhysicalConnectionRequest,
		(*vpc.Client).CreatePhysicalConnection),
	"CreatePhysicalConnectionOccupancyOrder": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateCreatePhysicalConnectionOccupancyOrderRequest,
		(*vpc.Client).CreatePhysicalConnectionOccupancyOrder),
	"CreateVirtualBorderRouter": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateCreateVirtualBorderRouterRequest,
		(*vpc.Client).CreateVirtualBorderRouter),
	"DeletePhysicalConnection": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateDeletePhysicalConnectionRequest,
		(*vpc.Client).DeletePhysicalConnection),
	"DeleteVirtualBorderRouter": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateDeleteVirtualBorderRouterRequest,
		(*vpc.Client).DeleteVirtualBorderRouter),
	"DescribePhysicalConnectionLOA": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateDescribePhysicalConnectionLOARequest,
		(*vpc.Client).DescribePhysicalConnectionLOA),
	"DescribePhysicalConnections": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateDescribePhysicalConnectionsRequest,
		(*vpc.Client).DescribePhysicalConnections),
	"DescribeVirtualBorderRouters": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateDescribeVirtualBorderRoutersRequest,
		(*vpc.Client).DescribeVirtualBorderRouters),
	"ListTagResourcesForExpressConnect": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateListTagResourcesForExpressConnectRequest,
		(*vpc.Client).ListTagResourcesForExpressConnect),
	"TagResourcesForExpressConnect": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateTagResourcesForExpressConnectRequest,
		(*vpc.Client).TagResourcesForExpressConnect),
	"TerminatePhysicalConnection": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateTerminatePhysicalConnectionRequest,
		(*vpc.Client).TerminatePhysicalConnection),
	"TerminateVirtualBorderRouter": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateTerminateVirtualBorderRouterRequest,
		(*vpc.Client).TerminateVirtualBorderRouter),
	"UntagResourcesForExpressConnect": operation(
		vpc.NewClientWithAccessKey,
		vpc.CreateUntagResourcesForExpressConnectRequest,
		(*vpc.Client).UntagResourcesForExpressConnect),
	"GetOrderDetail": operation(
		bssopenapi.NewClientWithAccessKey,
		bssopenapi.CreateGetOrderDetailRequest,
		(*bssopenapi.Client).GetOrderDetail),
	"GetSubscriptionPrice": operation(
		bssopenapi.NewClientWithAccessKey,
		bssopenapi.CreateGetSubscriptionPriceRequest,
		(*bssopenapi.Client).GetSubscriptionPrice),
	"PayOrder": general, // for which there is no class
	"QueryAccountBalance": operation(
		bssopenapi.NewClientWithAccessKey,
		bssopenapi.CreateQueryAccountBalanceRequest,
		(*bssopenapi.Client).QueryAccountBalance),
	"QueryBill": operation(
		bssopenapi.NewClientWithAccessKey,
		bssopenapi.CreateQueryBillRequest,
		(*bssopenapi.Client).QueryBill),
	"QueryOrders": operation(
		bssopenapi.NewClientWithAccessKey,
		bssopenapi.CreateQueryOrdersRequest,
		(*bssopenapi.Client).QueryOrders),
	"SetRenewal": operation(
		bssopenapi.NewClientWithAccessKey,
		bssopenapi.CreateSetRenewalRequest,
		(*bssopenapi.Client).SetRenewal),
	"GetCallerIdentity": operation(
		sts.NewClientWithAccessKey,
		sts.CreateGetCallerIdentityRequest,
		(*sts.Client).GetCallerIdentity),
}

func operation[Client, Answer any, Request requests.AcsRequest](
	connect func(region, keyID, secret string) (Client, error),
	create func() Request,
	send func(Client, Request) (Answer, error),
) func(step) (any, error) {
	return func(s step) (any, error) {
		client, err := connect("cn-hangzhou", os.Getenv("ACCESS_KEY_ID"), s.Secret)
		if err != nil {
			return nil, err
		}
		request := create()
		fill(request, s.Parameters)
		request.SetDomain(os.Getenv("ENDPOINT")) // keeps the SDK from asking the Location service; http is its default
		return send(client, request)
	}
}

func general(s step) (any, error) {
	client, err := sdk.NewClientWithAccessKey("cn-hangzhou", os.Getenv("ACCESS_KEY_ID"), s.Secret)
	if err != nil {
		return nil, err
	}
	request := requests.NewCommonRequest()
	request.Domain = os.Getenv("ENDPOINT")
	request.Version = s.Version
	request.ApiName = s.Operation
	for name, value := range s.Parameters {
		request.QueryParams[name] = fmt.Sprint(value)
	}
	response, err := client.ProcessCommonRequest(request)
	if err != nil {
		return nil, err
	}
	return json.RawMessage(response.GetHttpContentBytes()), nil
}

func fill(request requests.AcsRequest, parameters map[string]any) {
	for name, value := range parameters {
		switch value.(type) {
		case json.Number, bool: // which are texts in this SDK
			parameters[name] = fmt.Sprint(value)
		}
	}
	text, err := json.Marshal(parameters)
	if err != nil {
		panic(err)
	}
	fields := json.NewDecoder(bytes.NewReader(text))
	fields.DisallowUnknownFields()
	if err := fields.Decode(request); err != nil {
		panic(err)
	}
}

func failure(err error) map[string]any {
	report := map[string]any{"type": fmt.Sprintf("%T", err), "message": err.Error()}
	var sdk sdkerrors.Error
	if errors.As(err, &sdk) {
		report["code"] = sdk.ErrorCode()
		report["message"] = sdk.Message()
	}
	// A client error claims a status 400 that no server sent.
	var server *sdkerrors.ServerError
	if errors.As(err, &server) {
		report["status"] = server.HttpStatus()
		report["request_id"] = server.RequestId()
	}
	return report
}

func main() {
	steps, outcomes := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	steps.UseNumber() // a number of 16 digits is told in digits
	for {
		next := step{Secret: os.Getenv("ACCESS_KEY_SECRET")}
		if err := steps.Decode(&next); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		outcome := map[string]any{}
		if answer, err := operations[next.Operation](next); err != nil {
			outcome["error"] = failure(err)
		} else {
			outcome["answer"] = answer
		}
		if err := outcomes.Encode(outcome); err != nil {
			panic(err)
		}
	}
}
