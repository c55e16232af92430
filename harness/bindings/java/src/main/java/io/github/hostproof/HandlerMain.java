package io.github.hostproof;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Calls a handler as Lambda calls one, and prints what it answers. The request stands on standard input, so that no
 * argument of the process names it.
 */
final class HandlerMain {
  private HandlerMain() {}

  /** Runs the handler that standard input names. */
  public static void main(String[] args) throws Exception {
    JsonObject asked = JsonParser.parseReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .getAsJsonObject();
    String[] name = asked.get("handler").getAsString().split("::", 2);
    Class<?> type = Class.forName(name[0]);
    Method method = method(type, name.length > 1 ? name[1] : "handleRequest");
    method.setAccessible(true);
    String answer = call(type, method, asked.get("event"));
    System.out.flush();
    System.out.write((asked.get("mark").getAsString() + answer).getBytes(StandardCharsets.UTF_8));
    System.out.flush();
    System.exit(0); // threads of a pool do not keep a function alive
  }

  /** The method of a name with the most parameters that the compiler did not make for a generic interface. */
  private static Method method(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals(name) && !method.isBridge())
        .max(Comparator.comparingInt(Method::getParameterCount))
        .orElseThrow(() -> new IllegalArgumentException(type.getName() + " has no public method " + name));
  }

  private static String call(Class<?> type, Method method, JsonElement event) throws Exception {
    Object handler = Modifier.isStatic(method.getModifiers())
        ? null : type.getDeclaredConstructor().newInstance();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Object[] values = Arrays.stream(method.getGenericParameterTypes())
        .map(wanted -> argument(wanted, event, out)).toArray();
    try {
      Object answer = method.invoke(handler, values);
      return out.size() > 0 ? out.toString(StandardCharsets.UTF_8) : Engine.GSON.toJson(answer);
    } catch (InvocationTargetException error) {
      throw error.getCause() instanceof Exception thrown ? thrown : error;
    }
  }

  /** An argument of a handler: a stream, the context, or else the event. */
  private static Object argument(Type wanted, JsonElement event, OutputStream out) {
    if (wanted == InputStream.class) {
      return new ByteArrayInputStream(Engine.GSON.toJson(event).getBytes(StandardCharsets.UTF_8));
    }
    if (wanted == OutputStream.class) {
      return out;
    }
    if (wanted instanceof Class<?> type && type.getName().equals("com.amazonaws.services.lambda.runtime.Context")) {
      return silent(type);
    }
    return Engine.GSON.fromJson(event, wanted);
  }

  /** An object of an interface whose methods answer with nothing, or with such an object. */
  private static Object silent(Class<?> type) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
      Class<?> returned = method.getReturnType();
      if (returned == String.class) {
        return "";
      }
      if (returned == int.class) {
        return 0;
      }
      return returned.isInterface() ? silent(returned) : null;
    });
  }
}
