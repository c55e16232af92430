package io.github.hostproof;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** Finds the command that this library is made of. */
final class Command {
  /** The environment variable with the path of another hostproof than the one that came with the library. */
  private static final String VARIABLE = "HOSTPROOF_BINARY";

  private Command() {}

  /** The path of the command. */
  static Path path() {
    String own = System.getenv(VARIABLE);
    if (own == null || own.isEmpty()) {
      return unpacked();
    }
    Path path = Path.of(own);
    if (!Files.isRegularFile(path)) {
      throw new HostproofException(VARIABLE + " is " + own + ", and there is no such file", 0);
    }
    return path;
  }

  /**
   * The command out of the jar for this machine. A jar cannot be run from, so it is kept in the user's cache, by its
   * hash.
   */
  private static Path unpacked() {
    String folder = "/io/github/hostproof/command/" + platform() + "/";
    String name = isWindows() ? "hostproof.exe" : "hostproof";
    try (InputStream hash = Command.class.getResourceAsStream(folder + "sha256")) {
      if (hash == null) {
        throw new HostproofException("there is no hostproof for " + platform() + " on the class path: Maven adds "
            + "io.github.hostproof:hostproof-command by itself; elsewhere add it with the classifier " + platform()
            + ", or set " + VARIABLE + " to the path of one", 0);
      }
      String sum = new String(hash.readAllBytes(), StandardCharsets.US_ASCII).strip();
      Path path = cache().resolve("hostproof").resolve("java").resolve(sum).resolve(name);
      if (!Files.isRegularFile(path)) {
        unpack(folder + name, path);
      }
      return path;
    } catch (IOException error) {
      throw new HostproofException("hostproof cannot be unpacked: " + error, error);
    }
  }

  /** Writes the command beside its place and moves it there: another process finds all of it or nothing. */
  private static void unpack(String resource, Path path) throws IOException {
    Files.createDirectories(path.getParent());
    Path part = Files.createTempFile(path.getParent(), "part", "");
    try (InputStream in = Command.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("there is no " + resource + " on the class path");
      }
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      if (!part.toFile().setExecutable(true) && !isWindows()) {
        throw new IOException(part + " cannot be made executable");
      }
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** The folder for what can be made again. */
  private static Path cache() {
    String home = System.getProperty("user.home");
    if (isWindows()) {
      String local = System.getenv("LOCALAPPDATA");
      return local == null ? Path.of(home, "AppData", "Local") : Path.of(local);
    }
    String own = System.getenv("XDG_CACHE_HOME");
    if (own != null && !own.isEmpty()) {
      return Path.of(own);
    }
    return isMac() ? Path.of(home, "Library", "Caches") : Path.of(home, ".cache");
  }

  /** The machine as the classifiers name it, "linux-amd64". */
  static String platform() {
    String arch = System.getProperty("os.arch");
    return (isWindows() ? "windows" : isMac() ? "darwin" : "linux") + "-"
        + switch (arch) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> arch;
        };
  }

  private static String system() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT);
  }

  private static boolean isWindows() {
    return system().startsWith("windows");
  }

  private static boolean isMac() {
    return system().startsWith("mac");
  }
}
