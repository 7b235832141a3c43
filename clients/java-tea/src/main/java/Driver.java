import com.aliyun.bssopenapi20171214.models.GetOrderDetailRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.tea.TeaUnretryableException;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.vpc20160428.models.CreatePhysicalConnectionOccupancyOrderRequest;
import com.aliyun.vpc20160428.models.DescribePhysicalConnectionsRequest;
import com.aliyun.vpc20160428.models.DescribePhysicalConnectionsRequest.DescribePhysicalConnectionsRequestFilter;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One story told by tea-openapi and its product clients (ACS3); the protocol is in ../README.md. */
public final class Driver {
    private static final String REGION = "cn-hangzhou";
    private static final Map<String, String> ENV = System.getenv();
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private interface Call {
        Map<String, Object> run() throws Exception;
    }

    private static final class Order {
        String circuit = ENV.get("CIRCUIT");
        String token = ENV.get("TOKEN");
        String secret = ENV.get("ACCESS_KEY_SECRET");
        int period = 1;
    }

    private static Config config(String secret) {
        return new Config()
                .setAccessKeyId(ENV.get("ACCESS_KEY_ID"))
                .setAccessKeySecret(secret)
                // Bare host and port: a scheme in here would end up in the signed Host header.
                .setEndpoint(ENV.get("ENDPOINT"))
                .setProtocol("http")
                .setRegionId(REGION);
    }

    private static Config config() {
        return config(ENV.get("ACCESS_KEY_SECRET"));
    }

    private static Map<String, Object> place(Order order) throws Exception {
        var request =
                new CreatePhysicalConnectionOccupancyOrderRequest()
                        .setRegionId(REGION)
                        .setPhysicalConnectionId(order.circuit)
                        .setPeriod(order.period)
                        .setPricingCycle("Month")
                        .setInstanceChargeType("PrePaid")
                        .setAutoPay(true)
                        .setClientToken(order.token);
        var client = new com.aliyun.vpc20160428.Client(config(order.secret));
        var body = client.createPhysicalConnectionOccupancyOrder(request).getBody();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("order", body.getData().getOrderId());
        report.put("request_id", body.getRequestId());
        return report;
    }

    private static Map<String, Object> detail(String order) throws Exception {
        var client = new com.aliyun.bssopenapi20171214.Client(config());
        var body = client.getOrderDetail(new GetOrderDetailRequest().setOrderId(order)).getBody();
        var list = body.getData().getOrderList().getOrder();
        var first = list.isEmpty() ? null : list.get(0);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("payment_status", first == null ? null : first.getPaymentStatus());
        report.put("instance_ids", first == null ? null : first.getInstanceIDs());
        report.put("amount", first == null ? null : first.getPretaxAmount());
        report.put("request_id", body.getRequestId());
        return report;
    }

    private static Map<String, Object> circuit() throws Exception {
        var filter =
                new DescribePhysicalConnectionsRequestFilter()
                        .setKey("PhysicalConnectionId")
                        .setValue(List.of(ENV.get("CIRCUIT")));
        var request =
                new DescribePhysicalConnectionsRequest()
                        .setRegionId(REGION)
                        .setFilter(List.of(filter));
        var client = new com.aliyun.vpc20160428.Client(config());
        var body = client.describePhysicalConnections(request).getBody();
        var list = body.getPhysicalConnectionSet().getPhysicalConnectionType();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("status", list.isEmpty() ? null : list.get(0).getStatus());
        report.put("request_id", body.getRequestId());
        return report;
    }

    private static Map<String, Object> whoami() throws Exception {
        var client = new com.aliyun.sts20150401.Client(config());
        var body = client.getCallerIdentity().getBody();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("account", body.getAccountId());
        report.put("arn", body.getArn());
        report.put("request_id", body.getRequestId());
        return report;
    }

    private static Map<String, Object> step(String name, Call call) throws Exception {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", name);
        try {
            Map<String, Object> report = call.run();
            line.put("ok", true);
            line.putAll(report);
        } catch (TeaException e) {
            line.put("ok", false);
            line.put("type", e.getClass().getSimpleName());
            line.put("code", e.getCode());
            line.put("message", e.getMessage());
            line.put("status", e.getStatusCode());
            line.put("request_id", e.getData() == null ? null : e.getData().get("RequestId"));
        } catch (TeaUnretryableException e) {
            // What is left when the connection dies: no code, no status.
            line.put("ok", false);
            line.put("type", e.getClass().getSimpleName());
            line.put("code", null);
            line.put("message", e.getMessage());
            line.put("request_id", null);
        }
        System.out.println(JSON.toJson(line));
        return line;
    }

    private static void storyOrder() throws Exception {
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

    public static void main(String[] args) throws Exception {
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
