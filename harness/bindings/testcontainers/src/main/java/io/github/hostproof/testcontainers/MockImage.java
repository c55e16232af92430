package io.github.hostproof.testcontainers;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;

/** The image of the mock: from scratch, the program alone, not root. */
final class MockImage {
  private static final String DOCKERFILE =
      "FROM scratch\nCOPY mockaws /mockaws\nUSER 65532:65532\nENTRYPOINT [\"/mockaws\"]\n";
  private static final int EXECUTABLE = 0100755;

  private MockImage() {}

  /** The image for the engine's processor. The engine keeps it, by the hash of the program. */
  static ImageFromDockerfile built() {
    byte[] program = program(DockerClientFactory.instance().client().infoCmd().exec().getArchitecture());
    return new ImageFromDockerfile("hostproof-mockaws:" + hash(program).substring(0, 16), false)
        .withFileFromTransferable("Dockerfile", Transferable.of(DOCKERFILE))
        .withFileFromTransferable("mockaws", Transferable.of(program, EXECUTABLE));
  }

  private static byte[] program(String architecture) {
    String arch = switch (architecture) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> architecture;
    };
    try (InputStream in = MockImage.class.getResourceAsStream("mockaws-linux-" + arch)) {
      if (in == null) {
        throw new IllegalStateException("there is no mock for an engine on " + architecture
            + ": there is one for amd64 and arm64");
      }
      return in.readAllBytes();
    } catch (IOException error) {
      throw new IllegalStateException("the mock cannot be read: " + error, error);
    }
  }

  private static String hash(byte[] program) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(program));
    } catch (NoSuchAlgorithmException error) {
      throw new IllegalStateException(error); // every Java has it
    }
  }
}
