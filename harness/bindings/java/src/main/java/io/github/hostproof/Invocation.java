package io.github.hostproof;

import com.google.gson.JsonObject;
import java.util.Optional;

/** The run of a handler. */
public final class Invocation extends Run {
  private final String printed;
  private final String answer;

  Invocation(JsonObject json, String mark) {
    super(json);
    int at = super.stdout().indexOf(mark);
    printed = at < 0 ? super.stdout() : super.stdout().substring(0, at);
    answer = at < 0 ? null : super.stdout().substring(at + mark.length());
  }

  /** What the handler answered, as JSON; empty where it failed. */
  public Optional<String> answer() {
    return Optional.ofNullable(answer);
  }

  /** What the handler answered, as a value of a class; null where it failed or answered nothing. */
  public <T> T answer(Class<T> type) {
    return Engine.GSON.fromJson(answer, type);
  }

  /** What the handler printed, without its answer. */
  @Override
  public String stdout() {
    return printed;
  }
}
