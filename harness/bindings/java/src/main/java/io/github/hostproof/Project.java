package io.github.hostproof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a deployment is set to: users, buckets, variables and whatever else {@code settings.md} of the handbook lists.
 *
 * <pre>{@code
 * Project.project()
 *     .user("app", List.of("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"), "s3:ListBucket")
 *     .bucket("my-bucket")
 *     .with("lifetime", Map.of("task", "8s"));
 * }</pre>
 */
public final class Project {
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private List<String> allow;

  private Project() {}

  /** A project without a setting. */
  public static Project project() {
    return new Project();
  }

  /**
   * Lets whoever the program may be, the project's user and each role of the host, do these IAM actions
   * ("s3:ListBucket").
   */
  public Project allow(String... actions) {
    allow = List.of(actions);
    return this;
  }

  /**
   * Adds a user who may do these IAM actions, and whose key is in two variables: the names of its id and of its secret.
   */
  public Project user(String name, List<String> key, String... actions) {
    list("users").add(Map.of("name", name, "key", key, "allow", List.of(actions)));
    return this;
  }

  /** Adds a bucket of S3. */
  public Project bucket(String name) {
    list("buckets").add(name);
    return this;
  }

  /** Sets a variable of the program. */
  public Project set(String name, String value) {
    @SuppressWarnings("unchecked") // nobody else writes it, unless with() replaces it
    Map<String, Object> variables = (Map<String, Object>) settings.computeIfAbsent("set", key -> new LinkedHashMap<>());
    variables.put(name, value);
    return this;
  }

  /**
   * Sets any setting, by its key in the schema of projects. The value is a text, a number, a boolean, a list or a map.
   */
  public Project with(String key, Object value) {
    settings.put(key, value);
    return this;
  }

  private List<Object> list(String key) {
    @SuppressWarnings("unchecked") // as above
    List<Object> list = (List<Object>) settings.computeIfAbsent(key, name -> new ArrayList<>());
    return list;
  }

  /** The parameters of a request that deploys it. */
  Map<String, Object> on(String host) {
    Map<String, Object> params = new LinkedHashMap<>(Map.of("host", host, "project", settings));
    if (allow != null) {
      params.put("allow", allow);
    }
    return params;
  }
}
