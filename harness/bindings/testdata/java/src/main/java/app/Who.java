package app;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Map;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;

/** Programs for the rest of the API: one that takes what its host gives it, a server, and handlers. */
public final class Who {
  private Who() {}

  public static void main(String[] args) {
    try (BedrockRuntimeClient client = BedrockRuntimeClient.builder().region(Region.US_EAST_1).build()) {
      client.converse(request -> request.modelId("amazon.nova-lite-v1:0")
          .messages(message -> message.role("user").content(ContentBlock.fromText("Hello"))));
      System.out.println("done");
    }
  }

  /** A server that answers with what it was asked. */
  public static final class Listening {
    private Listening() {}

    public static void main(String[] args) throws IOException {
      HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 8000), 0);
      server.createContext("/", asked -> {
        String token = asked.getRequestHeaders().getFirst("x-vercel-oidc-token");
        byte[] body = (asked.getRequestURI() + " " + (token == null ? 0 : token.split("\\.").length)).getBytes();
        asked.sendResponseHeaders(503, body.length);
        asked.getResponseBody().write(body);
        asked.close();
      });
      server.start();
    }
  }

  /** An event as a class of one's own. */
  public record Order(String name, int count) {}

  /** Handlers as Lambda calls them. */
  public static final class Handlers {
    public Map<String, Object> echo(Order order) {
      System.out.println("printed");
      return Map.of("order", order, "region", System.getenv("AWS_REGION"));
    }

    public void stream(InputStream in, OutputStream out) throws IOException {
      in.transferTo(out);
    }

    public String fails(Map<String, Object> event) {
      throw new IllegalStateException("on purpose");
    }
  }
}
