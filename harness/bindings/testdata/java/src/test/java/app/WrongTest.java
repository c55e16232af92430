package app;

import io.github.hostproof.Deployment;
import io.github.hostproof.junit.Host;
import org.junit.jupiter.api.Test;

/** Tests that are told what is wrong with them. */
class WrongTest {
  @Test
  @Host({"vercel", "lambda"})
  void twoHosts(Deployment host) {}

  @Test
  @Host(value = "vercel", set = "X")
  void noValue(Deployment host) {}

  @Test
  @Host(value = "vercel", project = "none")
  void noMethod(Deployment host) {}
}
