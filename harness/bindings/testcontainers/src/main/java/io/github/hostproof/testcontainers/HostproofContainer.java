package io.github.hostproof.testcontainers;

import com.google.gson.Gson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A mock AWS that judges each call: signature, token, session, trust and policies. A call that AWS would refuse is
 * refused with AWS's status, code and words, and the journal says why.
 *
 * <p>It is the mock alone. To have a program find credentials as it does on Vercel, ECS or EKS, use the library
 * {@code io.github.hostproof:hostproof}.
 *
 * <pre>{@code
 * try (HostproofContainer aws = new HostproofContainer()) {
 *   aws.start();
 *   Key key = aws.user("app", "s3:ListAllMyBuckets");
 *   S3Client.builder().endpointOverride(aws.getEndpoint()) ...
 * }
 * }</pre>
 */
public final class HostproofContainer extends GenericContainer<HostproofContainer> {
  private static final int AWS = 4566;
  private static final int MANAGEMENT = 4567;
  private static final Gson GSON = new Gson();

  private final String token = UUID.randomUUID().toString();
  private String account = "111122223333";

  /** A key of a user, as {@link #user} makes it. */
  public record Key(String accountId, String user, String principal, String keyId, String secret) {
    /** The key without its secret. */
    @Override
    public String toString() {
      return "key " + keyId + " of " + principal;
    }
  }

  /** A call as the journal has it: "s3:ListBuckets", with the status, and AWS's error code if it was refused. */
  public record Call(long seq, String call, int status, String code, Verdict verdict) {}

  /** Whether a call was accepted, as whom, or why not. */
  public record Verdict(boolean accepted, String principal, Refusal refusal) {}

  /** Why a call was refused. The detail is for the person who looks for the mistake; no program is told. */
  public record Refusal(String stage, String reason, String detail) {}

  private record Applied(List<Key> keys) {}

  /** A mock whose image is made of the program in this library, once, without a registry. */
  public HostproofContainer() {
    super(MockImage.built());
    configured();
  }

  /** A mock of an image of your own, whose entry point is the command mockaws. */
  public HostproofContainer(DockerImageName image) {
    super(image);
    configured();
  }

  private void configured() {
    withExposedPorts(AWS, MANAGEMENT);
    withEnv("MOCKAWS_ADMIN_TOKEN", token);
    withCommand("serve", "--listen=0.0.0.0:" + AWS, "--admin=0.0.0.0:" + MANAGEMENT);
    waitingFor(Wait.forHttp("/healthz").forPort(MANAGEMENT));
  }

  /** Has users made from now on be of another account than 111122223333: twelve digits. */
  public HostproofContainer withAccount(String id) {
    account = id;
    return this;
  }

  /** Where clients of AWS call it: for endpointOverride, or for a program's variable AWS_ENDPOINT_URL. */
  public URI getEndpoint() {
    return URI.create("http://" + getHost() + ":" + getMappedPort(AWS));
  }

  /** Makes a user with a key, who may do these IAM actions ("s3:ListAllMyBuckets"), in the running mock. */
  public Key user(String name, String... actions) {
    Map<String, Object> user = Map.of("name", name, "allow", List.of(actions), "keys", List.of(Map.of()));
    Map<String, Object> seed = Map.of("accounts", List.of(Map.of("id", account, "users", List.of(user))));
    return GSON.fromJson(seed(GSON.toJson(seed)), Applied.class).keys().get(0);
  }

  /**
   * Adds accounts, users, roles and policies, as a seed of the mock has them in JSON. The answer has the credentials
   * made.
   */
  public String seed(String json) {
    return ask("POST", "/v1/seed", json);
  }

  /** The calls so far. */
  public List<Call> calls() {
    return List.of(GSON.fromJson(ask("GET", "/v1/journal", null), Call[].class));
  }

  /** Fails unless there were calls and all were accepted as a principal. The message has each call's reason. */
  public void assertAcceptedAs(String principal) {
    List<Call> calls = calls();
    if (calls.isEmpty()) {
      throw new AssertionError("there was no AWS call, so none was accepted as " + principal);
    }
    List<String> others = calls.stream()
        .filter(call -> !principal.equals(call.verdict().principal()) || !call.verdict().accepted())
        .map(HostproofContainer::told).toList();
    if (!others.isEmpty()) {
      throw new AssertionError("not accepted as " + principal + ":\n" + String.join("\n", others));
    }
  }

  private static String told(Call call) {
    Verdict verdict = call.verdict();
    String became = verdict.accepted() || verdict.refusal() == null
        ? "accepted as " + verdict.principal()
        : "refused at " + verdict.refusal().stage() + ": " + verdict.refusal().reason() + ": "
            + verdict.refusal().detail();
    return "#" + call.seq() + " " + call.call() + ": " + became;
  }

  /** Asks the management API. */
  private String ask(String method, String path, String body) {
    URI uri = URI.create("http://" + getHost() + ":" + getMappedPort(MANAGEMENT) + path);
    HttpRequest request = HttpRequest.newBuilder(uri)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
        .build();
    try {
      HttpResponse<String> answer = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build()
          .send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalArgumentException(method + " " + path + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException error) {
      throw new IllegalStateException(method + " " + uri + ": " + error, error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + " " + uri + " was interrupted", error);
    }
  }
}
