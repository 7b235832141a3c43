// One story told by alibaba-cloud-sdk-go (RPC 1.0); the protocol is in ../README.md.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/bssopenapi"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/vpc"
)

const region = "cn-hangzhou"

var (
	endpoint = os.Getenv("ENDPOINT")
	keyID    = os.Getenv("ACCESS_KEY_ID")
	secret   = os.Getenv("ACCESS_KEY_SECRET")
	circuit  = os.Getenv("CIRCUIT")
	token    = os.Getenv("TOKEN")
)

// fields are what a step reports beside its name and outcome.
type fields map[string]any

type order struct {
	circuit, token, secret string
	period                 int
}

func (o order) place() (fields, error) {
	client, err := vpc.NewClientWithAccessKey(region, keyID, o.secret)
	if err != nil {
		return nil, err
	}
	request := vpc.CreateCreatePhysicalConnectionOccupancyOrderRequest()
	request.Domain = endpoint // keeps the SDK from asking the Location service; http is its default
	request.PhysicalConnectionId = o.circuit
	request.Period = requests.NewInteger(o.period)
	request.PricingCycle = "Month"
	request.InstanceChargeType = "PrePaid"
	request.AutoPay = requests.NewBoolean(true)
	request.ClientToken = o.token // RegionId comes from the client
	answer, err := client.CreatePhysicalConnectionOccupancyOrder(request)
	if err != nil {
		return nil, err
	}
	return fields{"order": answer.Data.OrderId, "request_id": answer.RequestId}, nil
}

func detail(id string) (fields, error) {
	client, err := bssopenapi.NewClientWithAccessKey(region, keyID, secret)
	if err != nil {
		return nil, err
	}
	request := bssopenapi.CreateGetOrderDetailRequest()
	request.Domain = endpoint
	request.OrderId = id
	answer, err := client.GetOrderDetail(request)
	if err != nil {
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
	client, err := vpc.NewClientWithAccessKey(region, keyID, secret)
	if err != nil {
		return nil, err
	}
	request := vpc.CreateDescribePhysicalConnectionsRequest()
	request.Domain = endpoint
	request.Filter = &[]vpc.DescribePhysicalConnectionsFilter{
		{Key: "PhysicalConnectionId", Value: &[]string{circuit}},
	}
	answer, err := client.DescribePhysicalConnections(request)
	if err != nil {
		return nil, err
	}
	report := fields{"status": nil, "request_id": answer.RequestId}
	if list := answer.PhysicalConnectionSet.PhysicalConnectionType; len(list) > 0 {
		report["status"] = list[0].Status
	}
	return report, nil
}

func whoami() (fields, error) {
	client, err := sts.NewClientWithAccessKey(region, keyID, secret)
	if err != nil {
		return nil, err
	}
	request := sts.CreateGetCallerIdentityRequest()
	request.Domain = endpoint
	answer, err := client.GetCallerIdentity(request)
	if err != nil {
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
