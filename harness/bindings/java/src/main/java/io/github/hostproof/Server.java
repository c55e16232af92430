package io.github.hostproof;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** A program that runs until stop. */
public final class Server implements AutoCloseable {
  private final String id;
  private final URI url;
  private Run run;

  Server(JsonObject served) {
    id = served.get("server").getAsString();
    url = URI.create(served.get("url").getAsString());
  }

  /** Where programs of this machine, such as a browser, call the server as a visitor would. */
  public URI url() {
    return url;
  }

  /**
   * Gets a path of the server as a visitor would, with the headers that the platform adds. It waits until the server
   * listens.
   */
  public HttpResponse<String> fetch(String path) {
    return fetch(request(path).GET().build());
  }

  /** The beginning of a request for a path of the server, for {@link #fetch(HttpRequest)}. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path));
  }

  /** Sends a request as a visitor would. */
  public HttpResponse<String> fetch(HttpRequest request) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .proxy(HttpClient.Builder.NO_PROXY).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException error) {
      throw new HostproofException(request.method() + " " + request.uri() + ": " + error, error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new HostproofException(request.method() + " " + request.uri() + " was interrupted", error);
    }
  }

  /** Stops the server. Its run has each visit, and the calls that were made meanwhile. */
  public synchronized Run stop() {
    if (run == null) {
      run = new Run(Engine.get().request("stop", Map.of("server", id)));
    }
    return run;
  }

  @Override
  public void close() {
    stop();
  }
}
