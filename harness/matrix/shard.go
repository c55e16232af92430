package matrix

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/harness/report"
)

// ParseShard reads "2/5", the second of five. Empty is no shard: nil.
func ParseShard(text string) (*report.Shard, error) {
	if text == "" {
		return nil, nil
	}
	first, second, ok := strings.Cut(text, "/")
	index, err1 := strconv.Atoi(first)
	total, err2 := strconv.Atoi(second)
	if !ok || err1 != nil || err2 != nil {
		return nil, fmt.Errorf("shard %q: want I/N, such as 1/4 for the first of four", text)
	}
	return shardOf(index, total, fmt.Sprintf("shard %q", text))
}

func shardOf(index, total int, what string) (*report.Shard, error) {
	if total < 1 || index < 1 || index > total {
		return nil, fmt.Errorf("%s is part %d of %d: want 1 to the number of parts", what, index, total)
	}
	return &report.Shard{Index: index, Total: total}, nil
}

// runner is a system that runs a command several times and tells each, in two
// variables, which part it is.
type runner struct {
	name         string
	index, total string // variables
	from         int    // the first index
}

// runners are looked at in order; the first whose index is set decides.
var runners = []runner{
	// https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
	// Kubernetes sets no variable for the number: the manifest does.
	{"Kubernetes Indexed Job", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0},
	// https://docs.gitlab.com/ci/variables/predefined_variables/: set for every
	// job, the index only where the job is parallel.
	{"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1},
	// https://circleci.com/docs/reference/variables/
	{"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},
	// https://buildkite.com/docs/pipelines/configure/environment-variables
	{"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},
}

// ShardFrom is the shard that the environment asks for, as a Kubernetes Indexed
// Job or a parallel CI job does; nil without one. Its second result names which of
// them it was.
func ShardFrom(lookup func(string) (string, bool)) (*report.Shard, string, error) {
	for _, r := range runners {
		index, ok := lookup(r.index)
		if !ok || index == "" {
			continue
		}
		total, ok := lookup(r.total)
		if !ok || total == "" {
			return nil, r.name, fmt.Errorf("%s=%s says which part this is, and %s is not set: set it to the number "+
				"of parts, or give --shard I/N", r.index, index, r.total)
		}
		i, err1 := strconv.Atoi(index)
		n, err2 := strconv.Atoi(total)
		what := fmt.Sprintf("%s=%s of %s=%s", r.index, index, r.total, total)
		if err1 != nil || err2 != nil {
			return nil, r.name, fmt.Errorf("%s: want two numbers, or give --shard I/N", what)
		}
		shard, err := shardOf(i-r.from+1, n, what)
		return shard, r.name, err
	}
	return nil, "", nil
}
