package suite

import (
	"net"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

// FreePort is a port of this machine at which nothing listens, for a server that
// runs under isolation endpoint.
func FreePort() uint16 {
	ginkgo.GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}
