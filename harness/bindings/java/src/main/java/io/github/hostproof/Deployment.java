package io.github.hostproof;

import com.google.gson.JsonObject;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A program's place on a simulated host, until close. */
public final class Deployment implements AutoCloseable {
  private final String id;
  private final String host;
  private final String notice;
  private final Map<String, String> users;
  private Path directory = Path.of("");

  private record Deployed(String deployment, String host, String notice, Map<String, String> users) {}

  private Deployment(Deployed deployed) {
    id = deployed.deployment;
    host = deployed.host;
    notice = deployed.notice;
    users = Map.copyOf(deployed.users);
  }

  /** Deploys a project to a host; the command {@code hostproof hosts} lists them. */
  public static Deployment of(String host, Project project) {
    JsonObject deployed = Engine.get().request("deploy", project.on(host));
    return new Deployment(Engine.GSON.fromJson(deployed, Deployed.class));
  }

  /** Deploys to a host without a setting. */
  public static Deployment of(String host) {
    return of(host, Project.project());
  }

  /** The name of the host. */
  public String host() {
    return host;
  }

  /** What runs cannot show on this machine; empty where they show all. */
  public String notice() {
    return notice;
  }

  /** The ARNs of the project's users by their names. */
  public Map<String, String> users() {
    return users;
  }

  /** Has programs run in a folder; at first that is the folder of this process. */
  public Deployment in(Path folder) {
    directory = folder;
    return this;
  }

  /** Runs a program to its end. One that fails is no error: its run says so. */
  public Run run(String... command) {
    return new Run(request("run", program(List.of(command), "")));
  }

  /** Runs the main method of a class in a Java of its own, with the version and the class path of this one. */
  public Run run(Class<?> main, String... args) {
    return new Run(request("run", program(java(main, args), "")));
  }

  /** Starts a server, which listens at a port, and returns at once: fetch waits for it. */
  public Server serve(int port, String... command) {
    return serve(port, List.of(command));
  }

  /**
   * Starts the main method of a class as a server, in a Java of its own, with the version and the class path of this
   * one.
   */
  public Server serve(int port, Class<?> main, String... args) {
    return serve(port, java(main, args));
  }

  private Server serve(int port, List<String> command) {
    Map<String, Object> params = program(command, "");
    params.put("port", port);
    return new Server(request("serve", params));
  }

  /**
   * Calls a handler with an event, in a Java of its own. The handler is named as Lambda does it:
   * {@code example.Handler}, whose method is handleRequest, or {@code example.Handler::method}. It is called directly,
   * without the host's runtime.
   */
  public Invocation invoke(String handler, Object event) {
    String mark = UUID.randomUUID().toString();
    Map<String, Object> asked = new HashMap<>(Map.of("handler", handler, "mark", mark));
    asked.put("event", event);
    List<String> command = java(HandlerMain.class);
    return new Invocation(request("run", program(command, Engine.GSON.toJson(asked))), mark);
  }

  private static List<String> java(Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(classPath());
    command.add(main.getName());
    command.addAll(List.of(args));
    return command;
  }

  /** The class path of this process with absolute paths: the program may run in another folder. */
  private static String classPath() {
    String[] parts = System.getProperty("java.class.path").split(File.pathSeparator);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Path.of(parts[i]).toAbsolutePath().toString();
    }
    return String.join(File.pathSeparator, parts);
  }

  private Map<String, Object> program(List<String> command, String stdin) {
    Map<String, Object> params = new HashMap<>();
    params.put("command", command);
    params.put("dir", directory.toAbsolutePath().toString());
    params.put("stdin", stdin);
    return params;
  }

  private JsonObject request(String method, Map<String, Object> params) {
    params.put("deployment", id);
    return Engine.get().request(method, params);
  }

  /** Ends the deployment. */
  @Override
  public void close() {
    request("close", new HashMap<>());
  }

  @Override
  public String toString() {
    return "deployment on " + host;
  }
}
