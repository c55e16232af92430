/** A mock AWS that judges signatures and credentials, for Testcontainers. */
package io.github.hostproof.testcontainers;
