package io.github.hostproof.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Deploys to a host for each test, which has the deployment as its parameter. It stands at a test or at a class.
 *
 * <pre>{@code
 * @Test
 * @Host(value = "eks-irsa", allow = "s3:ListBucket", buckets = "my-bucket")
 * void appListsItsBucket(Deployment host) {
 *   host.run(App.class).assertNoProblems();
 * }
 * }</pre>
 *
 * <p>With {@code @TestTemplate} instead of {@code @Test} the test runs once on each of several hosts. For other
 * settings give the test's class a method that has them, and name it: {@link #project()}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@ExtendWith(HostExtension.class)
public @interface Host {
  /** The hosts; the command {@code hostproof hosts} lists them. */
  String[] value();

  /** The IAM actions that whoever the program may be is allowed: the project's user and each role of the host. */
  String[] allow() default {};

  /** The names of the buckets that there are in S3. */
  String[] buckets() default {};

  /** The variables with the id and the secret of the user's key; empty for those that the host's own users use. */
  String[] key() default {};

  /** The program's own variables, each as "NAME=value". */
  String[] set() default {};

  /** A method of the test's class without parameters that returns a Project, to which the settings above are added. */
  String project() default "";
}
