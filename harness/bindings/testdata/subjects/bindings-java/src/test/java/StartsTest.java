import org.junit.jupiter.api.Test;

/** It has Maven get what it runs tests with. */
class StartsTest {
  @Test
  void starts() {}
}
