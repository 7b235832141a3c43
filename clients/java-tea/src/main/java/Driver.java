import com.aliyun.tea.TeaException;
import com.aliyun.tea.TeaModel;
import com.aliyun.tea.TeaUnretryableException;
import com.aliyun.teaopenapi.Client;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.models.RuntimeOptions;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Sends each step with tea-openapi and its product clients (ACS3); the protocol is in ../README.md. */
public final class Driver {
    private static final Map<String, String> ENV = System.getenv();
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private static final class Step {
        String product;
        String version;
        String operation;
        String path;
        String secret = ENV.get("ACCESS_KEY_SECRET");
        JsonObject parameters;
    }

    /** What no package has a class for (bssopenapi20171214 3.1.0 has no PayOrder). */
    private static Object general(Client client, Step step) throws Exception {
        var isRoa = step.path != null;
        var params =
                new Params()
                        .setAction(step.operation)
                        .setVersion(step.version)
                        .setProtocol("HTTPS") // as generated; the client's own setting wins
                        .setPathname(isRoa ? step.path : "/")
                        .setMethod("POST")
                        .setAuthType("AK")
                        .setStyle(isRoa ? "ROA" : "RPC")
                        .setReqBodyType(isRoa ? "json" : "formData")
                        .setBodyType("json");
        var request = new OpenApiRequest();
        if (isRoa) {
            request.setBody(step.parameters);
        } else {
            Map<String, String> query = new LinkedHashMap<>();
            for (var parameter : step.parameters.entrySet()) {
                query.put(parameter.getKey(), parameter.getValue().getAsString());
            }
            request.setQuery(query);
        }
        return client.callApi(params, request, new RuntimeOptions()).get("body");
    }

    private static Object answer(Step step) throws Exception {
        var config =
                new Config()
                        .setAccessKeyId(ENV.get("ACCESS_KEY_ID"))
                        .setAccessKeySecret(step.secret)
                        // Bare host and port: a scheme would end up in the signed Host header.
                        .setEndpoint(ENV.get("ENDPOINT"))
                        .setProtocol("http")
                        .setRegionId("cn-hangzhou");
        if (step.path != null || step.operation.equals("PayOrder")) {
            return general(new Client(config), step);
        }
        var library = "com.aliyun." + step.product + step.version.replace("-", "");
        var type = Class.forName(library + ".Client");
        var client = type.getConstructor(Config.class).newInstance(config);
        var name = step.operation.substring(0, 1).toLowerCase() + step.operation.substring(1);
        var send =
                Stream.of(type.getMethods())
                        .filter(method -> method.getName().equals(name))
                        .findFirst()
                        .orElseThrow();
        // An operation without parameters takes no request.
        var models = send.getParameterTypes();
        var requests = new Object[models.length];
        for (int i = 0; i < models.length; i++) {
            var model = (TeaModel) models[i].getConstructor().newInstance();
            requests[i] = TeaModel.toModel(JSON.fromJson(step.parameters, Map.class), model);
            // A model says nothing of the parameters that it does not know.
            if (!JSON.toJsonTree(model.toMap()).equals(step.parameters)) {
                throw new IllegalArgumentException("the request knows only " + model.toMap());
            }
        }
        var response = send.invoke(client, requests);
        return TeaModel.toMap(response.getClass().getMethod("getBody").invoke(response));
    }

    private static Map<String, Object> outcome(Step step) throws Exception {
        try {
            return Map.of("answer", answer(step));
        } catch (Exception e) {
            var cause = e instanceof InvocationTargetException ? e.getCause() : e;
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("type", cause.getClass().getSimpleName());
            error.put("message", cause.getMessage());
            if (cause instanceof TeaException) {
                var refusal = (TeaException) cause;
                error.put("code", refusal.getCode());
                error.put("status", refusal.getStatusCode());
                var data = refusal.getData();
                error.put("request_id", data == null ? null : data.get("RequestId"));
            } else if (!(cause instanceof TeaUnretryableException)) {
                // Neither the service's doing nor a dead connection's.
                throw e;
            }
            return Map.of("error", error);
        }
    }

    public static void main(String[] args) throws Exception {
        var steps = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = steps.readLine()) != null; ) {
            System.out.println(JSON.toJson(outcome(JSON.fromJson(line, Step.class))));
        }
    }
}
