package app;

import io.github.hostproof.Deployment;
import io.github.hostproof.Project;
import io.github.hostproof.junit.Host;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The founding story: a session token of the platform's beside the project's own key. */
class VercelTest {
  static Project keys() {
    Project project = Project.project()
        .user("app", List.of("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"), "bedrock:InvokeModel");
    return System.getenv("MENDED").isEmpty() ? project : project.set("MENDED", "1");
  }

  @Test
  @Host(value = "vercel", project = "keys")
  void appCallsBedrockAsItsOwnUser(Deployment host) {
    host.run(App.class).assertNoProblems().assertAcceptedAs("app", "bedrock:*");
  }
}
