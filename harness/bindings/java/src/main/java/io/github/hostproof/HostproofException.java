package io.github.hostproof;

/** What hostproof says is wrong: a setting, a host that does not exist, or its own failure. */
public final class HostproofException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;

  HostproofException(String message, int code) {
    super(message);
    this.code = code;
  }

  HostproofException(String message, Throwable cause) {
    super(message, cause);
    this.code = 0;
  }

  /** The code of the protocol; -32602 is a wrong parameter or setting, and 0 stands for none. */
  public int code() {
    return code;
  }
}
