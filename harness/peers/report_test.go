package peers

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// sample is one timing, in nanoseconds per call.
type sample struct {
	operation          string
	connections        int
	peer               string
	wall, server, both float64
}

// process is what a peer's process costs.
type process struct {
	name              string
	start             []float64 // nanoseconds
	idle, after, peak int64     // bytes: before the first call, after the last, at most
}

// reported is what benchmarks found out; print makes tables of it.
type reported struct {
	samples   []sample
	processes []*process
	loadFirst string
}

var report = &reported{loadFirst: load()}

func (r *reported) add(s sample) { r.samples = append(r.samples, s) }

func (r *reported) process(p *Peer) *process {
	for _, known := range r.processes {
		if known.name == p.String() {
			return known
		}
	}
	added := &process{name: p.String()}
	r.processes = append(r.processes, added)
	return added
}

func (r *reported) peer(s *Server) {
	p := r.process(s.Peer)
	p.start = append(p.start, float64(s.StartUp))
	p.idle, _, _ = s.Memory() // 0 is printed as not known
}

func (r *reported) start(p *Peer, ns float64) {
	of := r.process(p)
	of.start = append(of.start, ns)
}

func (r *reported) memory(b *testing.B, s *Server) {
	p := r.process(s.Peer)
	var err error
	if p.after, p.peak, err = s.Memory(); err != nil {
		b.Fatal(err)
	}
}

// print makes the tables: of each quantity the median for our own mock, and how
// many times as much it is for the others.
func (r *reported) print(to io.Writer) {
	if len(r.samples) == 0 && len(r.processes) == 0 {
		return
	}
	fmt.Fprintf(to, "\n%s, %d processors, %s/%s; load average %s before, %s after\n", runtime.Version(),
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, r.loadFirst, load())
	r.table(to, "processor time of the peer's process, a request", func(s sample) float64 { return s.server })
	r.table(to, "processor time of peer and client, a request", func(s sample) float64 { return s.both })
	r.table(to, "time that passes, a request", func(s sample) float64 { return s.wall })
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\npeer\tfirst answer after\tmemory idle\tafter the calls\tat most\t")
	for _, p := range r.processes {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", p.name, duration(median(p.start)), mebibytes(p.idle),
			mebibytes(p.after), mebibytes(p.peak))
	}
	w.Flush()
}

func (r *reported) table(to io.Writer, title string, of func(sample) float64) {
	var peers []string
	for _, s := range r.samples {
		if of(s) > 0 && !slices.Contains(peers, s.peer) {
			peers = append(peers, s.peer)
		}
	}
	if len(peers) == 0 {
		return
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\n%s\t%s\t\n", title, strings.Join(peers, "\t"))
	for _, op := range operations {
		for _, connections := range []int{1, manyConnections} {
			values := map[string][]float64{}
			for _, s := range r.samples {
				if s.operation == op.name && s.connections == connections {
					values[s.peer] = append(values[s.peer], of(s))
				}
			}
			if len(values) > 0 {
				fmt.Fprintf(w, "%s, %d at a time\t%s\t\n", op.name, connections, strings.Join(row(peers, values), "\t"))
			}
		}
	}
	w.Flush()
}

// row is the first peer's median, and the others' relative to it.
func row(peers []string, values map[string][]float64) []string {
	base := median(values[peers[0]])
	out := []string{duration(base)}
	for _, peer := range peers[1:] {
		switch of := median(values[peer]); {
		case of == 0:
			out = append(out, "-")
		case base == 0:
			out = append(out, duration(of))
		default:
			out = append(out, ratio(of/base))
		}
	}
	return out
}

// ratio has two digits that count.
func ratio(x float64) string {
	if x >= 10 {
		return fmt.Sprintf("%.0fx", x)
	}
	return fmt.Sprintf("%.2gx", x)
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

func duration(ns float64) string {
	if ns == 0 {
		return "-"
	}
	d := time.Duration(ns)
	switch {
	case d < 10*time.Millisecond:
		return d.Round(time.Microsecond).String()
	default:
		return d.Round(time.Millisecond).String()
	}
}

func mebibytes(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// load is the load average of the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	one, _, _ := strings.Cut(string(text), " ")
	return one
}

func TestReportedRatios(t *testing.T) {
	r := &reported{}
	for i, wall := range []float64{1000, 3000, 2000} { // the median is 2 µs
		r.add(sample{operation: operations[0].name, connections: 1, peer: Ours, wall: wall})
		r.add(sample{operation: operations[0].name, connections: 1, peer: "slow", wall: wall * float64(10+i)})
		r.add(sample{operation: operations[0].name, connections: 1, peer: "fast", wall: wall / 4})
		r.add(sample{operation: operations[0].name, connections: 1, peer: "stuck", wall: wall * 150})
	}
	r.add(sample{operation: operations[1].name, connections: 1, peer: Ours, wall: 5000})
	var b strings.Builder
	r.print(&b)
	for _, want := range []string{"2µs", "12x", "0.25x", "150x", "5µs", " -"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "peer's process") {
		t.Error("a table of what was not measured")
	}
}
