package isolation

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// CA is the certificate authority of a run. Its key never leaves memory. Many
// sandboxes may share one.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	leaf *ecdsa.PrivateKey // of every leaf: making a key a name buys nothing here

	mu    sync.Mutex
	leafs map[string]*tls.Certificate
}

// Certificates hold from a day before they are made, for clocks that are a
// little behind, to a month after.
const (
	certificateBefore = 24 * time.Hour
	certificateAfter  = 30 * 24 * time.Hour
)

// NewCA makes an authority with a P-256 key.
func NewCA() (*CA, error) {
	ca := &CA{leafs: make(map[string]*tls.Certificate)}
	var err error
	if ca.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	if ca.leaf, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	// The name is the run's own, so that a certificate of another run is refused
	// as unknown and not for its signature.
	name := pkix.Name{Organization: []string{"hostproof"}, CommonName: "hostproof CA " +
		hex.EncodeToString(serial.Bytes()[:4])}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               name,
		NotBefore:             now.Add(-certificateBefore),
		NotAfter:              now.Add(certificateAfter),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, ca.key.Public(), ca.key)
	if err != nil {
		return nil, err
	}
	ca.cert, err = x509.ParseCertificate(der)
	return ca, err
}

// PEM is the CA's certificate.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
}

// X509 is the CA's certificate.
func (ca *CA) X509() *x509.Certificate { return ca.cert }

// Certificate is a leaf for a host name or a literal address, made once.
func (ca *CA) Certificate(host string) (*tls.Certificate, error) {
	ca.mu.Lock()
	defer ca.mu.Unlock()
	if c := ca.leafs[host]; c != nil {
		return c, nil
	}
	c, err := ca.issue(host)
	if err != nil {
		return nil, fmt.Errorf("certificate for %q: %w", host, err)
	}
	ca.leafs[host] = c
	return c, nil
}

func (ca *CA) issue(host string) (*tls.Certificate, error) {
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial,
		NotBefore:    now.Add(-certificateBefore),
		NotAfter:     now.Add(certificateAfter),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	if len(host) <= 64 { // ub-common-name, RFC 5280 appendix A
		template.Subject.CommonName = host
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, ca.leaf.Public(), ca.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: ca.leaf}, nil
}

// serialNumber is a positive number of 127 random bits.
func serialNumber() (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return nil, err
	}
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b), nil
}
