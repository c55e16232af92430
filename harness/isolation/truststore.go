package isolation

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"unicode/utf16"
)

// Truststore is the CA's certificate as a Java truststore, for Java 8 and newer.
// Its password is "changeit", the one of a JDK's cacerts.
//
// The format is JKS, which has no specification of its own; it is that of
// OpenJDK's sun.security.provider.JavaKeyStore
// (https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/sun/security/provider/JavaKeyStore.java).
// A JDK reads it whatever its keystore.type, as long as keystore.type.compat is
// true, which it is by default.
func (ca *CA) Truststore() []byte {
	const (
		magic       = 0xfeedfeed
		version     = 2
		trustedCert = 2
		alias       = "hostproof"
		certType    = "X.509"
		password    = "changeit"
	)
	var b bytes.Buffer
	put := func(v any) { binary.Write(&b, binary.BigEndian, v) }
	text := func(s string) {
		put(uint16(len(s)))
		b.WriteString(s)
	}
	put(uint32(magic))
	put(uint32(version))
	put(uint32(1)) // entries
	put(uint32(trustedCert))
	text(alias)
	put(ca.cert.NotBefore.UnixMilli())
	text(certType)
	put(uint32(len(ca.cert.Raw)))
	b.Write(ca.cert.Raw)

	sum := sha1.New()
	binary.Write(sum, binary.BigEndian, utf16.Encode([]rune(password)))
	sum.Write([]byte("Mighty Aphrodite"))
	sum.Write(b.Bytes())
	return sum.Sum(b.Bytes())
}
