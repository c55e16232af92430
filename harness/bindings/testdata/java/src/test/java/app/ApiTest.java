package app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.hostproof.Deployment;
import io.github.hostproof.HostproofException;
import io.github.hostproof.Invocation;
import io.github.hostproof.Project;
import io.github.hostproof.Run;
import io.github.hostproof.Server;
import io.github.hostproof.junit.Host;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** What else the library does. */
class ApiTest {
  @TestTemplate
  @Host(value = {"ecs-fargate", "lambda"}, allow = "bedrock:InvokeModel")
  void roles(Deployment host) {
    Run run = host.run(Who.class);
    run.assertNoProblems().assertAcceptedAs(run.exchanges().get(0).verdict().principal().arn());
    assertEquals("done\n", run.stdout());
    assertTrue(run.ledger().stream().anyMatch(row -> row.used().contains(1L)), run.toString());
  }

  @Test
  @Host("vercel-oidc")
  void server(Deployment host) {
    try (Server server = host.serve(8000, Who.Listening.class)) {
      var answer = server.fetch("/path?a=b");
      assertEquals("/path?a=b 3", answer.body());
      Run run = server.stop();
      assertEquals(List.of(503L), run.result().visits().stream().map(visit -> visit.status()).toList());
      assertFalse(run.ok());
    }
  }

  @Test
  @Host(value = "lambda", set = "MINE=1")
  void handlers(Deployment host) {
    Invocation run = host.invoke("app.Who$Handlers::echo", Map.of("name", "ü", "count", 2));
    assertEquals(Map.of("order", Map.of("name", "ü", "count", 2.0), "region", "us-east-1"), run.answer(Map.class));
    assertEquals("printed\n", run.stdout());
    assertEquals("[1,null]", host.invoke("app.Who$Handlers::stream", new Object[] {1, null}).answer().orElseThrow());
    Invocation failed = host.invoke("app.Who$Handlers::fails", null);
    assertTrue(failed.answer().isEmpty() && failed.stderr().contains("on purpose") && !failed.ok(), failed.toString());
    Invocation none = host.invoke("app.Who$Handlers::none", null);
    assertTrue(none.stderr().contains("has no public method none"), none.toString());
  }

  @Test
  @Host(value = "vercel", key = {"A", "B"}, buckets = "mine", set = "X=1=2")
  void settings(Deployment host) {
    Run run = host.in(Path.of("/")).run("sh", "-c", "echo ${A:+there} $X; pwd; exit 7");
    assertEquals("there 1=2\n/\n", run.stdout());
    assertEquals(7, run.exitCode());
  }

  @Test
  void checksFail() {
    try (Deployment host = Deployment.of("local")) {
      Run run = host.run("true");
      for (Runnable check : List.<Runnable>of(() -> run.assertAcceptedAs("app"), run::assertRefused,
          () -> run.assertRefused("unknown-key", "s3:*"), run::assertMixesCredentials)) {
        String message = assertThrows(AssertionError.class, check::run).getMessage();
        assertTrue(message.contains("on host local") && message.contains("no AWS call reached the mock"), message);
      }
    }
  }

  @Test
  void whatIsWrongIsSaid() {
    for (var wrong : Map.of("versel", Project.project(), "vercel", Project.project().with("hots", 1)).entrySet()) {
      var error = assertThrows(HostproofException.class, () -> Deployment.of(wrong.getKey(), wrong.getValue()));
      assertTrue(error.getMessage().contains(wrong.getKey().equals("vercel") ? "hots" : "did you mean vercel?"),
          error.getMessage());
      assertEquals(-32602, error.code());
      assertTrue(error.getStackTrace()[2].toString().contains("ApiTest"),
          () -> List.of(error.getStackTrace()).toString());
    }
    try (Deployment host = Deployment.of("vercel")) {
      assertThrows(HostproofException.class, () -> host.run("no-such-program-at-all"));
      assertTrue(host.run("true").exitCode() == 0);
    }
  }

  /** Runs of several deployments go on at the same time, by one engine. */
  @Test
  void manyAtATime() {
    IntStream.range(0, 8).parallel().forEach(i -> {
      try (Deployment host = Deployment.of("vercel", Project.project().set("N", "" + i))) {
        assertEquals(i + "\n", host.run("sh", "-c", "echo $N").stdout());
      }
    });
  }
}
