/**
 * Runs programs that use AWS credentials on simulated hosts. {@link io.github.hostproof.junit.Host} deploys for a test
 * of JUnit, {@link io.github.hostproof.Deployment} anywhere else.
 */
package io.github.hostproof;
