package main

import (
	"errors"
	"slices"
	"strconv"

	"github.com/hostproof/hostproof/harness/internal/plural"
	table "github.com/hostproof/hostproof/mockaws/answers"
	"github.com/hostproof/hostproof/mockaws/protocol"
)

// kinds are the kinds of evidence, from the best.
var kinds = []protocol.Evidence{protocol.Recorded, protocol.Documented, protocol.Inferred, protocol.NoneKnown,
	protocol.WithoutProof}

// listAnswers counts AWS's answers, by service, or lists them; exit 1 when one is
// verified without a source that says it.
func (c *factsCommand) listAnswers(s *streams) error {
	if c.Host != "" || c.Library != "" || c.Due != "" {
		return &exitError{exitUsage, errors.New("--answers: it is about no host, library or day; leave --host, " +
			"--library and --due out")}
	}
	list := slices.DeleteFunc(table.All(), func(a table.Answer) bool {
		return c.Confidence != "" && c.Confidence != certainty(a.Evidence)
	})
	var err error
	if c.JSON {
		err = printJSON(s.out, list)
	} else {
		err = printAnswers(newPrinter(s.out), list)
	}
	if err == nil && table.Count(list)[protocol.WithoutProof] > 0 {
		return &exitError{code: exitRefused}
	}
	return err
}

// certainty is the word of --confidence for evidence.
func certainty(e protocol.Evidence) string {
	switch e {
	case protocol.Inferred, protocol.NoneKnown:
		return string(e)
	}
	return "verified"
}

func printAnswers(p *printer, list []table.Answer) error {
	text := plural.Count(len(list), "answer")
	count := table.Count(list)
	for i, kind := range kinds {
		if count[kind] == 0 && kind == protocol.WithoutProof {
			continue
		}
		separator := ", "
		if i == 0 {
			separator = ": "
		}
		text += separator + strconv.Itoa(count[kind]) + " " + string(kind)
	}
	p.wrapped(text)
	var rows [][]string
	for i := 0; i < len(list); {
		name, each := list[i].Service, map[protocol.Evidence]int{}
		for ; i < len(list) && list[i].Service == name; i++ {
			each[list[i].Evidence]++
		}
		row := []string{name}
		for _, kind := range kinds[:4] {
			row = append(row, strconv.Itoa(each[kind])+" "+string(kind))
		}
		rows = append(rows, row)
	}
	p.rows("by service", rows)
	return p.err
}
