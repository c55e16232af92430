package report

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Merge makes one report of shards: the same that a run without shards would
// have made, but for times. It is an error when they are not of one plan, when
// a part is missing, or when two hold the same cell.
func Merge(shards ...*Report) (*Report, error) {
	if len(shards) == 0 {
		return nil, errors.New("there is no report to merge")
	}
	first := shards[0]
	out := *first
	out.Shard, out.Cells, out.Partial = nil, nil, ""
	end := first.Started.Add(first.Duration)
	for i, s := range shards {
		if !reflect.DeepEqual(s.Hosts, first.Hosts) || !reflect.DeepEqual(s.Subjects, first.Subjects) ||
			s.Planned != first.Planned {
			return nil, fmt.Errorf("report %d is of another plan than the first: run all shards with the same "+
				"--hosts, --subjects and --strategies, and the same hostproof", i+1)
		}
		out.Cells = append(out.Cells, s.Cells...)
		if s.Started.Before(out.Started) {
			out.Started = s.Started
		}
		if e := s.Started.Add(s.Duration); e.After(end) {
			end = e
		}
	}
	out.Duration = end.Sub(out.Started)
	if err := out.sort(); err != nil {
		return nil, err
	}
	if len(out.Cells) < out.Planned {
		return nil, fmt.Errorf("%d of %d cells are missing: %s", out.Planned-len(out.Cells), out.Planned,
			missingShards(shards))
	}
	return &out, nil
}

// sort puts the cells in the order of hosts, subjects and strategies.
func (r *Report) sort() error {
	place := map[[3]string]int{}
	for _, h := range r.Hosts {
		for _, s := range r.Subjects {
			for _, way := range s.Strategies {
				place[[3]string{h.Name, s.Name, way.Name}] = len(place)
			}
		}
	}
	at := func(c Cell) int { return place[[3]string{c.Host, c.Subject, c.Strategy}] }
	slices.SortStableFunc(r.Cells, func(a, b Cell) int { return at(a) - at(b) })
	for i := range r.Cells {
		c := &r.Cells[i]
		if _, ok := place[[3]string{c.Host, c.Subject, c.Strategy}]; !ok {
			return fmt.Errorf("the cell %s is not of the report's plan", c.Name())
		}
		if i > 0 && c.Name() == r.Cells[i-1].Name() {
			return fmt.Errorf("the cell %s is there twice: give each shard once", c.Name())
		}
	}
	return nil
}

func missingShards(shards []*Report) string {
	var have []int
	total := 0
	for _, s := range shards {
		if s.Shard != nil {
			have, total = append(have, s.Shard.Index), s.Shard.Total
		}
	}
	var missing []string
	for i := 1; i <= total; i++ {
		if !slices.Contains(have, i) {
			missing = append(missing, fmt.Sprintf("%d/%d", i, total))
		}
	}
	if len(missing) == 0 {
		return "a shard is not whole: run it again"
	}
	return "give shard " + strings.Join(missing, ", ") + " too"
}
