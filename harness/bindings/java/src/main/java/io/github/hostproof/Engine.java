package io.github.hostproof;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One process of the command, which deploys and runs for all tests of this process. Any thread may ask it. */
final class Engine {
  static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private static Engine engine;

  private final Process process;
  private final Map<Long, CompletableFuture<JsonElement>> pending = new HashMap<>();
  private final StringBuilder said = new StringBuilder();
  private long next;
  private String ended;

  private Engine(Path command) {
    try {
      process = new ProcessBuilder(List.of(command.toString(), "stdio")).start();
    } catch (IOException error) {
      throw new HostproofException("hostproof cannot be started: " + error.getMessage(), error);
    }
    inBackground("hostproof-answers", this::read);
    inBackground("hostproof-messages", this::listen);
  }

  /**
   * The engine of this process; the first call starts it. Its input ends with this process, and the engine with its
   * input.
   */
  static synchronized Engine get() {
    if (engine == null || engine.hasEnded()) {
      engine = new Engine(Command.path());
    }
    return engine;
  }

  private static void inBackground(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized boolean hasEnded() {
    return ended != null;
  }

  /** Asks, and waits for the answer. */
  JsonObject request(String method, Map<String, ?> params) {
    try {
      return send(method, params).join().getAsJsonObject();
    } catch (CompletionException error) {
      if (error.getCause() instanceof HostproofException said) {
        said.fillInStackTrace(); // where the test stands, and not the reader's thread
        throw said;
      }
      throw error;
    }
  }

  private synchronized CompletableFuture<JsonElement> send(String method, Map<String, ?> params) {
    CompletableFuture<JsonElement> answer = new CompletableFuture<>();
    if (ended != null) {
      answer.completeExceptionally(new HostproofException(ended, 0));
      return answer;
    }
    long id = ++next;
    pending.put(id, answer);
    String line = GSON.toJson(Map.of("jsonrpc", "2.0", "id", id, "method", method, "params", params)) + "\n";
    try {
      OutputStream out = process.getOutputStream();
      out.write(line.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException error) {
      // The reader says why, when the process has ended.
    }
    return answer;
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answer(JsonParser.parseString(line).getAsJsonObject());
      }
    } catch (IOException | RuntimeException error) {
      note(error.toString());
      process.destroy();
    }
    end();
  }

  private void answer(JsonObject message) {
    CompletableFuture<JsonElement> waiting;
    synchronized (this) {
      waiting = message.get("id").isJsonNull() ? null : pending.remove(message.get("id").getAsLong());
    }
    if (waiting == null) {
      return;
    }
    JsonObject error = message.getAsJsonObject("error");
    if (error == null) {
      waiting.complete(message.get("result"));
    } else {
      waiting.completeExceptionally(
          new HostproofException(error.get("message").getAsString(), error.get("code").getAsInt()));
    }
  }

  private void listen() {
    try (InputStream messages = process.getErrorStream()) {
      byte[] buffer = new byte[4096];
      for (int n = messages.read(buffer); n >= 0; n = messages.read(buffer)) {
        note(new String(buffer, 0, n, StandardCharsets.UTF_8));
      }
    } catch (IOException error) {
      // The process has ended; what it said until then is kept.
    }
  }

  private synchronized void note(String text) {
    said.append(text);
    said.delete(0, Math.max(0, said.length() - 4000));
  }

  private void end() {
    int code = process.onExit().join().exitValue();
    List<CompletableFuture<JsonElement>> left;
    synchronized (this) {
      ended = "hostproof is gone, with exit code " + code + ": " + said.toString().strip();
      left = List.copyOf(pending.values());
      pending.clear();
    }
    left.forEach(waiting -> waiting.completeExceptionally(new HostproofException(ended, 0)));
  }
}
