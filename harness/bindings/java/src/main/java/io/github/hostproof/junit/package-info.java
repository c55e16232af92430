/** The extension of JUnit 5 and 6. */
package io.github.hostproof.junit;
