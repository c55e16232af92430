package suite

import (
	"os"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

var (
	suiteDirsMu sync.Mutex
	suiteDirs   []string
)

// SuiteDir makes a folder that is there until the suite ends.
func SuiteDir() string {
	ginkgo.GinkgoHelper()
	dir, err := os.MkdirTemp("", "hostproof-suite-")
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	suiteDirsMu.Lock()
	defer suiteDirsMu.Unlock()
	suiteDirs = append(suiteDirs, dir)
	return dir
}

// removeSuiteDirs cleans up at the end of a suite.
func removeSuiteDirs() {
	for _, dir := range suiteDirs {
		gomega.Expect(os.RemoveAll(dir)).To(gomega.Succeed())
	}
}
