import com.aliyuncs.AcsResponse;
import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.RpcAcsRequest;
import com.aliyuncs.bssopenapi.model.v20171214.GetOrderDetailRequest;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import com.aliyuncs.sts.model.v20150401.GetCallerIdentityRequest;
import com.aliyuncs.vpc.model.v20160428.DescribePhysicalConnectionsRequest;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One story told by aliyun-java-sdk-core (RPC 1.0); the protocol is in ../README.md. */
public final class Driver {
    private static final String REGION = "cn-hangzhou";
    private static final Map<String, String> ENV = System.getenv();
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private interface Call {
        Map<String, Object> run() throws ClientException;
    }

    private static final class Order {
        String circuit = ENV.get("CIRCUIT");
        String token = ENV.get("TOKEN");
        String secret = ENV.get("ACCESS_KEY_SECRET");
        int period = 1;
    }

    private static DefaultAcsClient client(String secret) {
        return new DefaultAcsClient(
                DefaultProfile.getProfile(REGION, ENV.get("ACCESS_KEY_ID"), secret));
    }

    private static <T extends AcsResponse> T send(RpcAcsRequest<T> request) throws ClientException {
        // An endpoint of its own keeps the SDK from asking the Location service.
        request.setSysEndpoint(ENV.get("ENDPOINT"));
        request.setSysProtocol(ProtocolType.HTTP);
        return client(ENV.get("ACCESS_KEY_SECRET")).getAcsResponse(request);
    }

    private static Map<String, Object> place(Order order) throws ClientException {
        // The product package has this operation, but its answer there lacks the order's id
        // (aliyun-java-sdk-vpc 3.2.4); so the core's general request, which hides nothing.
        var request = new CommonRequest();
        request.setSysDomain(ENV.get("ENDPOINT"));
        request.setSysProtocol(ProtocolType.HTTP);
        request.setSysMethod(MethodType.POST);
        request.setSysVersion("2016-04-28");
        request.setSysAction("CreatePhysicalConnectionOccupancyOrder");
        request.setSysRegionId(REGION);
        request.putQueryParameter("PhysicalConnectionId", order.circuit);
        request.putQueryParameter("Period", String.valueOf(order.period));
        request.putQueryParameter("PricingCycle", "Month");
        request.putQueryParameter("InstanceChargeType", "PrePaid");
        request.putQueryParameter("AutoPay", "true");
        if (order.token != null) {
            request.putQueryParameter("ClientToken", order.token);
        }
        var answer = client(order.secret).getCommonResponse(request);
        var body = JSON.fromJson(answer.getData(), JsonObject.class);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("order", body.getAsJsonObject("Data").get("OrderId").getAsString());
        report.put("request_id", body.get("RequestId").getAsString());
        return report;
    }

    private static Map<String, Object> detail(String order) throws ClientException {
        var request = new GetOrderDetailRequest();
        request.setOrderId(order);
        var answer = send(request);
        var list = answer.getData().getOrderList();
        var first = list.isEmpty() ? null : list.get(0);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("payment_status", first == null ? null : first.getPaymentStatus());
        report.put("instance_ids", first == null ? null : first.getInstanceIDs());
        report.put("amount", first == null ? null : first.getPretaxAmount());
        report.put("request_id", answer.getRequestId());
        return report;
    }

    private static Map<String, Object> circuit() throws ClientException {
        var filter = new DescribePhysicalConnectionsRequest.Filter();
        filter.setKey("PhysicalConnectionId");
        filter.setValues(List.of(ENV.get("CIRCUIT")));
        var request = new DescribePhysicalConnectionsRequest();
        request.setSysRegionId(REGION);
        request.setFilters(List.of(filter));
        var answer = send(request);
        var list = answer.getPhysicalConnectionSet();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("status", list.isEmpty() ? null : list.get(0).getStatus());
        report.put("request_id", answer.getRequestId());
        return report;
    }

    private static Map<String, Object> whoami() throws ClientException {
        var answer = send(new GetCallerIdentityRequest());
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("account", answer.getAccountId());
        report.put("arn", answer.getArn());
        report.put("request_id", answer.getRequestId());
        return report;
    }

    private static Map<String, Object> step(String name, Call call) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", name);
        try {
            Map<String, Object> report = call.run();
            line.put("ok", true);
            line.putAll(report);
        } catch (ClientException e) {
            // ServerException is a kind of ClientException; neither tells the HTTP status.
            line.put("ok", false);
            line.put("type", e.getClass().getSimpleName());
            line.put("code", e.getErrCode());
            line.put("message", e.getErrMsg());
            line.put("request_id", e.getRequestId());
        }
        System.out.println(JSON.toJson(line));
        return line;
    }

    private static void storyOrder() {
        Order usual = new Order();
        var placed = step("place", () -> place(usual));
        var repeated = step("repeat", () -> place(usual));
        // After a cut connection only the repeat knows the order.
        var order = (String) placed.getOrDefault("order", repeated.getOrDefault("order", ""));
        step("detail", () -> detail(order));
        step("circuit", Driver::circuit);

        Order unknown = new Order();
        unknown.circuit = "pc-doesnotexist";
        // A used token would be refused as a mismatch before the circuit is looked for.
        unknown.token = null;
        step("error_not_found", () -> place(unknown));

        Order longer = new Order();
        longer.period = 2;
        step("error_mismatch", () -> place(longer));

        Order forged = new Order();
        forged.secret = "not-" + forged.secret;
        step("error_signature", () -> place(forged));
    }

    public static void main(String[] args) {
        String story = ENV.getOrDefault("STORY", "");
        switch (story) {
            case "place":
                step("place", () -> place(new Order()));
                break;
            case "order":
                storyOrder();
                break;
            case "whoami":
                step("whoami", Driver::whoami);
                break;
            default:
                System.err.println("unknown STORY: " + story);
                System.exit(1);
        }
    }
}
