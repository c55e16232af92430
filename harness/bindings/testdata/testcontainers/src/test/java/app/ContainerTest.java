package app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.hostproof.testcontainers.HostproofContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;

class ContainerTest {
  private static final HostproofContainer AWS = new HostproofContainer();

  @BeforeAll
  static void start() {
    AWS.start();
  }

  @AfterAll
  static void stop() {
    AWS.stop();
  }

  private static void converse(AwsCredentials credentials) {
    try (BedrockRuntimeClient client = BedrockRuntimeClient.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(AWS.getEndpoint())
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build()) {
      client.converse(request -> request.modelId("amazon.nova-lite-v1:0")
          .messages(message -> message.role("user").content(ContentBlock.fromText("Hello"))));
    }
  }

  @Test
  void itJudges() {
    assertTrue(assertThrows(AssertionError.class, () -> AWS.assertAcceptedAs("anybody")).getMessage()
        .contains("no AWS call"));
    HostproofContainer.Key key = AWS.user("app", "bedrock:InvokeModel");
    assertFalse(key.toString().contains(key.secret()));
    converse(AwsBasicCredentials.create(key.keyId(), key.secret()));
    AWS.assertAcceptedAs("arn:aws:iam::111122223333:user/app");
    assertEquals("bedrock:Converse", AWS.calls().get(0).call());

    var refused = assertThrows(BedrockRuntimeException.class,
        () -> converse(AwsBasicCredentials.create(key.keyId(), "not the secret")));
    assertEquals("InvalidSignatureException", refused.awsErrorDetails().errorCode());
    String message = assertThrows(AssertionError.class, () -> AWS.assertAcceptedAs(key.principal())).getMessage();
    assertTrue(message.contains("#2 bedrock:Converse: refused at authenticate: "), message);
    assertThrows(BedrockRuntimeException.class,
        () -> converse(AwsSessionCredentials.create(key.keyId(), key.secret(), "stray")));
    assertThrows(IllegalArgumentException.class, () -> AWS.seed("{\"accounts\": [{\"id\": \"1\"}]}"));
  }
}
