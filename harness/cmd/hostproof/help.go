package main

import "github.com/alecthomas/kong"

// flagHelp are the help texts of flags that several commands have, or that take
// more than a line.
var flagHelp = kong.Vars{
	"help_env_file": "File of the project's variables, NAME=VALUE lines as in a .env file; --set comes over it. " +
		"Nothing of this shell's own environment reaches the program.",
	"help_unset": "Variable to take out of the environment, the host's too.",
	"help_key_as": "Names under which the project keeps its user's key and secret " +
		"(MY_AWS_ACCESS_KEY_ID,MY_AWS_SECRET_ACCESS_KEY; with --host-file those of the file); empty for " +
		"those that projects on the host have, if any.",
	"help_bearer_as": "Name under which the project keeps a Bedrock API key of its user.",
	"help_allow":     "IAM actions that the project's user may do (*).",
	"help_role_allow": "IAM actions that one of the host's roles may do, ROLE=ACTION,ACTION: the role as hostproof show " +
		"or an output names it (task, app-task), or * for each. Without it a role may do nothing.",
	"help_lifetime": "How long the credentials of one of the host's sources last, metadata=10m: an endpoint or a " +
		"session; negative for expired ones.",
	"help_bucket": "S3 bucket that the project has; there is none otherwise.",
	"help_baked": "The project's build writes its variables into what is deployed (.env.production): programs see " +
		"them where the host shows them to builds alone.",
	"help_at_init": "Run at the moment when a program initialises, at which some hosts have not yet set all " +
		"variables.",
	"help_fault": "Misbehaviour on purpose, as often as it says: imds:throttle:3, imds/latest/api/token:hang, " +
		"bedrock:*:status=503:2, dns:sts.us-east-1.amazonaws.com:servfail:4. Kinds: throttle, status, " +
		"slow, hang, reset, drop, truncate, malformed; of endpoints stale; of calls revoke, revoke-after; " +
		"of names nxdomain, servfail, noanswer.",
	"help_mock": "Where the mock AWS runs: embedded or container; by default what HOSTPROOF_MOCK says.",
	"help_pass": "Service of this machine that stays within the program's reach: 5432, or " +
		"db.internal:5432=127.0.0.1:15432.",
	"help_clock": "Give the program a wall clock that is so far ahead of AWS's, 1h, or behind it, -6m (by " +
		"libfaketime, or the overlay of harness/goclock).",
	"help_timeout": "Time that the program has (1m).",
	"help_isolation": "How the program is led to the mock: sandbox (unmodified programs, real hostnames, and nothing " +
		"leaves; Linux only), container (the same for an image; needs Docker), endpoint " +
		"(AWS_ENDPOINT_URL; any system, but the network stays open) or auto (sandbox where it works, else " +
		"endpoint); by default what HOSTPROOF_ISOLATION says, else auto.",
	"help_command": "The program and its arguments, after --. Without -- they begin with the first word that is no " +
		"flag, and what follows it is the program's.",
	"help_image": "Image to run in a container of its own, in place of a program of this machine; what follows -- " +
		"are its arguments, as in docker run.",
	"help_matrix_programs": "File of programs of your own (YAML) in place of the built-in subjects; go doc " +
		"github.com/hostproof/hostproof/harness/matrix.ReadPrograms has its form.",
	"help_matrix_out": "Folder for the reports: index.html, matrix.json, junit.xml and the picture matrix.svg; without " +
		"it the table alone.",
	"help_matrix_record": "File to write what came of the cells to, as expectations for a later --expect.",
	"help_matrix_shard": "Run one part of several, I/N; by default what JOB_COMPLETION_INDEX and JOB_COMPLETIONS or a CI's " +
		"variables for parallel jobs say.",
	"help_matrix_require": "Tools that must be there (node,cargo). A subject that lacks another one is skipped, with the " +
		"reason, unless it is named by --subjects.",
	"help_matrix_command": "After --, a program of your own with its arguments, in place of the built-in subjects.",
	"help_matrix_example": "Print an example that runs the matrix in shards: github (an Actions workflow) or kubernetes (an " +
		"Indexed Job).",
}
