package app;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;

/**
 * An app as customers write it: it calls Bedrock with the project's own keys. Unless it is MENDED, it passes whatever
 * session token the environment has, too.
 */
public final class App {
  private App() {}

  public static void main(String[] args) {
    try (BedrockRuntimeClient client = BedrockRuntimeClient.builder()
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(keys()))
        .build()) {
      System.out.println(client.converse(request -> request.modelId("amazon.nova-lite-v1:0")
          .messages(message -> message.role("user").content(ContentBlock.fromText("Hello")))).stopReason());
    }
  }

  private static AwsCredentials keys() {
    String id = System.getenv("MY_AWS_ACCESS_KEY_ID");
    String secret = System.getenv("MY_AWS_SECRET_ACCESS_KEY");
    String token = System.getenv("AWS_SESSION_TOKEN");
    if (System.getenv("MENDED") != null || token == null) {
      return AwsBasicCredentials.create(id, secret);
    }
    return AwsSessionCredentials.create(id, secret, token);
  }
}
