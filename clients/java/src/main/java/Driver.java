import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.RpcAcsRequest;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Sends each step with aliyun-java-sdk-core (RPC 1.0); the protocol is in ../README.md. */
public final class Driver {
    private static final Map<String, String> ENV = System.getenv();
    private static final Gson PLAIN = new GsonBuilder().disableHtmlEscaping().create();
    private static final Gson ANSWER =
            new GsonBuilder().setFieldNamingStrategy(FieldNamingPolicy.UPPER_CAMEL_CASE).create();

    /** What takes a list is called by the plural. */
    private static final Gson PARAMETER =
            new GsonBuilder()
                    .setFieldNamingStrategy(
                            field -> {
                                var name = FieldNamingPolicy.UPPER_CAMEL_CASE.translateName(field);
                                return field.getType() == List.class
                                        ? name.replaceFirst("s$", "")
                                        : name;
                            })
                    .create();

    /**
     * What goes by the core's general request, which hides nothing. The product packages have no
     * PayOrder (aliyun-java-sdk-bssopenapi 1.8.13) and nothing of tags, and the order's answer
     * lacks its id (aliyun-java-sdk-vpc 3.2.4).
     */
    private static final Set<String> GENERAL =
            Set.of(
                    "CreatePhysicalConnection",
                    "CreatePhysicalConnectionOccupancyOrder",
                    "ListTagResourcesForExpressConnect",
                    "PayOrder",
                    "TagResourcesForExpressConnect",
                    "UntagResourcesForExpressConnect");

    private static final class Step {
        String product;
        String version;
        String operation;
        String secret = ENV.get("ACCESS_KEY_SECRET");
        JsonObject parameters;
    }

    /** As the wire names what is in lists and objects: Tag.1.Key. */
    private static void put(CommonRequest request, String name, JsonElement value) {
        if (value.isJsonObject()) {
            for (var member : value.getAsJsonObject().entrySet()) {
                put(request, name + "." + member.getKey(), member.getValue());
            }
        } else if (value.isJsonArray()) {
            var number = 0;
            for (var item : value.getAsJsonArray()) {
                put(request, name + "." + ++number, item);
            }
        } else {
            request.putQueryParameter(name, value.getAsString());
        }
    }

    private static JsonElement answer(Step step) throws Exception {
        // This generation of the SDK adds RegionId itself, from the client.
        var given = step.parameters.remove("RegionId");
        var region = given == null ? "cn-hangzhou" : given.getAsString();
        var profile = DefaultProfile.getProfile(region, ENV.get("ACCESS_KEY_ID"), step.secret);
        var client = new DefaultAcsClient(profile);
        if (GENERAL.contains(step.operation)) {
            var request = new CommonRequest();
            request.setSysDomain(ENV.get("ENDPOINT"));
            request.setSysProtocol(ProtocolType.HTTP);
            request.setSysMethod(MethodType.POST);
            request.setSysVersion(step.version);
            request.setSysAction(step.operation);
            for (var parameter : step.parameters.entrySet()) {
                put(request, parameter.getKey(), parameter.getValue());
            }
            return JsonParser.parseString(client.getCommonResponse(request).getData());
        }
        var name = "com.aliyuncs." + step.product + ".model.v" + step.version.replace("-", "");
        var type = Class.forName(name + "." + step.operation + "Request");
        var request = (RpcAcsRequest<?>) type.getConstructor().newInstance();
        // An endpoint of its own keeps the SDK from asking the Location service.
        request.setSysEndpoint(ENV.get("ENDPOINT"));
        request.setSysProtocol(ProtocolType.HTTP);
        for (var parameter : step.parameters.entrySet()) {
            var value = parameter.getValue();
            var called = "set" + parameter.getKey() + (value.isJsonArray() ? "s" : "");
            var setter =
                    Stream.of(type.getMethods())
                            .filter(method -> method.getName().equals(called))
                            .findFirst()
                            .orElseThrow();
            var taken = setter.getGenericParameterTypes()[0];
            setter.invoke(request, PARAMETER.<Object>fromJson(value, taken));
        }
        return ANSWER.toJsonTree(client.getAcsResponse(request));
    }

    private static Map<String, Object> outcome(Step step) throws Exception {
        try {
            return Map.of("answer", answer(step));
        } catch (ClientException e) {
            // ServerException is a kind of ClientException; neither tells the HTTP status.
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("type", e.getClass().getSimpleName());
            error.put("code", e.getErrCode());
            error.put("message", e.getErrMsg());
            error.put("request_id", e.getRequestId());
            return Map.of("error", error);
        }
    }

    public static void main(String[] args) throws Exception {
        var steps = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = steps.readLine()) != null; ) {
            System.out.println(PLAIN.toJson(outcome(PLAIN.fromJson(line, Step.class))));
        }
    }
}
