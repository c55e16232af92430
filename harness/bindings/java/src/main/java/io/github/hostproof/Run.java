package io.github.hostproof;

import com.google.gson.JsonObject;
import io.github.hostproof.Schema.Exchange;
import io.github.hostproof.Schema.Finding;
import io.github.hostproof.Schema.Principal;
import io.github.hostproof.Schema.Result;
import io.github.hostproof.Schema.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** What became of a run of a program on a host, with the questions that tests ask. */
public class Run {
  private final Result result;

  Run(JsonObject json) {
    result = Engine.GSON.fromJson(json, Result.class);
  }

  /** All of it. */
  public Result result() {
    return result;
  }

  /** Nothing is wrong: the program ended well, no call was refused, and there are no problems. */
  public boolean ok() {
    return result.ok();
  }

  /** The host that it ran on. */
  public String host() {
    return result.host();
  }

  /** The program's own exit code; -1 where a signal ended it. */
  public long exitCode() {
    return result.exitCode();
  }

  /** The end of what the program printed, with its secrets replaced. */
  public String stdout() {
    return result.stdout();
  }

  /** The same of standard error. */
  public String stderr() {
    return result.stderr();
  }

  /** The findings about what failed. */
  public List<Finding> problems() {
    return result.problems();
  }

  /** The findings about what worked in this run and may not go on to. */
  public List<Finding> hazards() {
    return result.hazards();
  }

  /** The places that hand out credentials: asked or not, used or not. */
  public List<Row> ledger() {
    return result.ledger();
  }

  /** The AWS calls with their verdicts. */
  public List<Exchange> exchanges() {
    return result.exchanges();
  }

  /** The exchanges of a call ("s3:GetObject"), of a service ("s3:*") or of an IAM action. */
  public List<Exchange> calls(String name) {
    return exchanges().stream().filter(exchange -> isCall(exchange, name)).toList();
  }

  private static boolean isCall(Exchange exchange, String name) {
    boolean service = name.endsWith(":*") && exchange.call().startsWith(name.substring(0, name.length() - 1));
    return service || name.equals("*") || name.equals(exchange.call()) || name.equals(exchange.action());
  }

  /**
   * The program ended well, no call was refused, and nothing is to be mended. The message of the error is the
   * diagnosis.
   */
  public Run assertNoProblems() {
    if (!ok()) {
      String kinds = problems().stream().map(Finding::kind).collect(Collectors.joining(", "));
      String headline = Objects.requireNonNullElse(result.headline(), "exit code " + exitCode());
      throw failure("there is a problem on host " + host() + ": " + (kinds.isEmpty() ? headline : kinds));
    }
    return this;
  }

  /** Every AWS call was accepted as a principal, and there was one. */
  public Run assertAcceptedAs(String principal) {
    return assertAcceptedAs(principal, "*");
  }

  /**
   * Every call of a name ("s3:ListBuckets", "s3:*") was accepted as a principal, and there was one. The principal is a
   * name ("app", "user/app", "role/app-task") or an ARN.
   */
  public Run assertAcceptedAs(String principal, String call) {
    List<Exchange> calls = calls(call);
    if (calls.isEmpty()) {
      throw failure("there was no " + what(call) + " on host " + host());
    }
    for (Exchange exchange : calls) {
      if (!exchange.verdict().accepted()) {
        throw failure(shown(exchange) + " was refused (" + reason(exchange) + ") on host " + host()
            + ", not accepted as " + principal);
      }
      Principal who = exchange.verdict().principal();
      if (!names(who).contains(principal)) {
        throw failure(shown(exchange) + " was accepted as " + (who == null ? "nobody" : who.text())
            + " on host " + host() + ", not as " + principal);
      }
    }
    return this;
  }

  /** An AWS call was refused. */
  public Run assertRefused() {
    return assertRefused("*", "*");
  }

  /** An AWS call was refused, for a reason ("unknown-key") or with an error code of AWS. */
  public Run assertRefused(String reason) {
    return assertRefused(reason, "*");
  }

  /** A call of a name was refused, for a reason ("unknown-key") or with an error code of AWS; "*" stands for any. */
  public Run assertRefused(String reason, String call) {
    List<Exchange> refused = calls(call).stream().filter(exchange -> !exchange.verdict().accepted()).toList();
    for (Exchange exchange : refused) {
      if (List.of("*", reason(exchange), Objects.requireNonNullElse(exchange.code(), "")).contains(reason)) {
        return this;
      }
    }
    String why = reason.equals("*") ? "" : " with " + reason;
    String but = refused.stream().map(e -> shown(e) + ": " + reason(e) + ", " + e.code())
        .collect(Collectors.joining("; "));
    throw failure("no " + what(call) + " was refused" + why + " on host " + host()
        + (but.isEmpty() ? "" : ", but " + but));
  }

  /** A call was signed with parts of two credentials. */
  public Run assertMixesCredentials() {
    if (problems().stream().noneMatch(problem -> problem.kind().equals("mixed-credentials"))) {
      throw failure("no call on host " + host() + " mixes credentials");
    }
    return this;
  }

  private static String what(String call) {
    return call.equals("*") ? "AWS call" : "call of " + call;
  }

  private static String shown(Exchange exchange) {
    return "#" + exchange.seq() + " " + exchange.call();
  }

  private static String reason(Exchange exchange) {
    return exchange.verdict().refusal() == null ? "undecided" : exchange.verdict().refusal().reason();
  }

  /** What a test may call a principal. */
  private static List<String> names(Principal who) {
    if (who == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>(List.of(who.text(), who.kind() + "/" + who.name()));
    names.add(who.name());
    if (who.kind().equals("session")) {
      names.add("role/" + who.name());
    }
    return names;
  }

  private AssertionError failure(String says) {
    return new AssertionError(says + "\n\n" + this);
  }

  /** The result for a person. */
  @Override
  public String toString() {
    return result.text();
  }
}
