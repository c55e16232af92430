package main

import "github.com/alecthomas/kong"

// flagHelp are the help texts of flags that several commands have, or that take
// more than a line.
var flagHelp = kong.Vars{
	"help_port": "The program is a server: wait until it listens at this port, send the requests of --get and --post " +
		"as the platform would, with the headers that the host adds, and stop it. Without any of them, GET /.",
	"help_get":    "Send GET to this path; with --post in the order in which they are given.",
	"help_post":   "Send POST to this path, with --data as its body.",
	"help_data":   "Body of the POST requests: a text, or with @ in front the name of a file.",
	"help_header": "Header of every request; those that the host adds win.",
	"help_env_file": "File of the project's variables, NAME=VALUE lines as in a .env file; --set comes over it. " +
		"Nothing of this shell's own environment reaches the program.",
	"help_mock":    "Where the mock AWS runs: embedded or container; by default what HOSTPROOF_MOCK says.",
	"help_summary": "Append the result as Markdown to this file, such as the one that GITHUB_STEP_SUMMARY names.",
	"help_invert":  "Turn each expectation round, one at a time, and want each to fail: shows that the cases can fail.",
	"help_junit":   "Write the result as JUnit XML to this file.",
	"help_sarif": "Write the findings in SARIF 2.1.0 to this file, at the lines of the program where they " +
		"are known.",
	"help_sarif_explain": "Write the findings in SARIF 2.1.0 to this file.",
	"help_annotate": "Print the findings as annotations, too, which the CI system shows at the lines of the program " +
		"where they are known: github.",
	"help_command": "The program and its arguments, after --. Without -- they begin with the first word that is no " +
		"flag, and what follows it is the program's.",
	"help_terminal": "Give the program a terminal of its own under isolation sandbox, in place of its three streams: " +
		"what is typed here is typed there, Ctrl-C too, and this terminal's size is its size.",
	"help_image": "Image to run in a container of its own, in place of a program of this machine; what follows -- " +
		"are its arguments, as in docker run.",
	"help_matrix_programs": "File of programs of your own (YAML) in place of the built-in subjects; go doc " +
		"github.com/hostproof/hostproof/harness/matrix.ReadPrograms has its form.",
	"help_matrix_out": "Folder for the reports: index.html, matrix.json, junit.xml and the picture matrix.svg; " +
		"without it the table alone.",
	"help_matrix_record": "File to write what came of the cells to, as expectations for a later --expect.",
	"help_matrix_shard": "Run one part of several, I/N; by default what JOB_COMPLETION_INDEX and JOB_COMPLETIONS or " +
		"a CI's variables for parallel jobs say.",
	"help_matrix_require": "Tools that must be there (node,cargo). A subject that lacks another one is skipped, with " +
		"the reason, unless it is named by --subjects.",
	"help_matrix_command": "After --, a program of your own with its arguments, in place of the built-in subjects.",
	"help_matrix_example": "Print an example that runs the matrix in shards: github (an Actions workflow) or " +
		"kubernetes (an Indexed Job).",
}
