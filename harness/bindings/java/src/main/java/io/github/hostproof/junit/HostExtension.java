package io.github.hostproof.junit;

import io.github.hostproof.Deployment;
import io.github.hostproof.Project;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Gives a test the deployment that its {@link Host} asks for, and ends it after the test. */
final class HostExtension implements ParameterResolver, TestTemplateInvocationContextProvider {
  private static final ExtensionContext.Namespace MINE = ExtensionContext.Namespace.create(HostExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Deployment.class
        && !isTemplate(context);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Host asked = asked(context);
    if (asked.value().length != 1) {
      throw new ExtensionConfigurationException("@Host names " + asked.value().length
          + " hosts: a test on each of several has @TestTemplate in place of @Test");
    }
    return deployed(asked.value()[0], asked, context);
  }

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return isTemplate(context);
  }

  /** Whether the test runs once on each host. A parameterized test is a template, too, of another extension. */
  private static boolean isTemplate(ExtensionContext context) {
    return context.getRequiredTestMethod().isAnnotationPresent(TestTemplate.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
    return Arrays.stream(asked(context).value()).map(OnHost::new);
  }

  /** The annotation of the test, or else of its class. */
  private static Host asked(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), Host.class)
        .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Host.class))
        .orElseThrow(() -> new ExtensionConfigurationException(
            "the test wants @Host(\"vercel\") at itself or at its class"));
  }

  private static Deployment deployed(String host, Host asked, ExtensionContext context) {
    Deployment deployment = Deployment.of(host, project(asked, context));
    context.getStore(MINE).put(deployment, new Closing(deployment));
    return deployment;
  }

  /** What JUnit closes at the end of the test: 5.13 and later close an AutoCloseable, earlier ones only this. */
  @SuppressWarnings("deprecation") // for the versions before 5.13
  private record Closing(Deployment deployment) implements ExtensionContext.Store.CloseableResource {
    @Override
    public void close() {
      deployment.close();
    }
  }

  private static Project project(Host asked, ExtensionContext context) {
    Project project = asked.project().isEmpty() ? Project.project() : made(asked.project(), context);
    if (asked.allow().length > 0) {
      project.allow(asked.allow());
    }
    if (asked.key().length > 0) {
      project.with("keyAs", List.of(asked.key()));
    }
    for (String bucket : asked.buckets()) {
      project.bucket(bucket);
    }
    for (String variable : asked.set()) {
      String[] parts = variable.split("=", 2);
      if (parts.length < 2) {
        throw new ExtensionConfigurationException("@Host(set = \"" + variable + "\"): want NAME=value");
      }
      project.set(parts[0], parts[1]);
    }
    return project;
  }

  private static Project made(String name, ExtensionContext context) {
    var methods = ReflectionSupport.findMethods(context.getRequiredTestClass(),
        method -> method.getName().equals(name) && method.getParameterCount() == 0
            && method.getReturnType() == Project.class,
        HierarchyTraversalMode.BOTTOM_UP);
    if (methods.isEmpty()) {
      throw new ExtensionConfigurationException("@Host(project = \"" + name + "\"): "
          + context.getRequiredTestClass().getName() + " has no method " + name + "() that returns a Project");
    }
    return (Project) ReflectionSupport.invokeMethod(methods.get(0), context.getTestInstance().orElse(null));
  }

  /** One run of a test on one of several hosts. */
  private record OnHost(String host) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return host;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new ParameterResolver() {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
          return parameter.getParameter().getType() == Deployment.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
          return deployed(host, asked(context), context);
        }
      });
    }
  }
}
