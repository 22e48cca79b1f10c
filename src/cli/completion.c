/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/completion.h"

#include <string.h>

enum { WORDS_MAX = 16, WORD_BYTES = 24 };

/* What can come after a command, from its line of arguments. */
struct line_words {
	char words[WORDS_MAX][WORD_BYTES];
	size_t n;
	bool first; /* one of the words has to come first */
	bool files;
};

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || c == '-';
}

/*
 * "check [FILE] | list [FILE|WORD]" has the words check and list, and files. A word begins the line or stands after
 * '|' or '['; what a person has to fill in is in capitals.
 */
static struct line_words
after_command(const char *args)
{
	struct line_words a = { .files =
				    strstr(args, "PATH") != NULL || strstr(args, "FILE") != NULL };
	bool begins = true;
	int depth = 0;

	for (const char *p = args; *p != '\0'; p++) {
		size_t n = 0;

		if (*p == ' ')
			continue;
		depth += (*p == '[') - (*p == ']');
		if (*p == '|' || *p == '[') {
			begins = true;
			continue;
		}
		while (begins && *p != '-' && is_word_char(p[n]))
			n++;
		if (n > 0 && n < WORD_BYTES && a.n < WORDS_MAX) {
			memcpy(a.words[a.n], p, n);
			a.words[a.n++][n] = '\0';
			a.first |= depth == 0;
			p += n - 1;
		}
		begins = false;
	}
	return a;
}

static bool
is_file(const char *value)
{
	return value != NULL && (strcmp(value, "PATH") == 0 || strcmp(value, "FILE") == 0);
}

static bool
is_folder(const char *value)
{
	return value != NULL && strcmp(value, "DIR") == 0;
}

static bool
takes(const struct rep_completion_command *cmd, const char *option)
{
	size_t n = strlen(option);

	for (const char *p = cmd->options; (p = strstr(p, option)) != NULL; p += n)
		if (p > cmd->options && p[-1] == ' ' && p[n] == ' ')
			return true;
	return false;
}

/* In single quotes. `special`: characters that a backslash goes before. */
static void
quoted(struct rep_buf *out, const char *special, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\'')
			rep_buf_add(out, REP_S("'\\'"));
		else if (strchr(special, *p) != NULL)
			rep_buf_addc(out, '\\');
		rep_buf_addc(out, *p);
	}
}

static void
add_words(struct rep_buf *out, const struct line_words *a)
{
	for (size_t i = 0; i < a->n; i++)
		rep_buf_printf(out, "%s%s", i > 0 ? " " : "", a->words[i]);
}

/* --- bash ------------------------------------------------------------------------------------------- */

/* "	--db|--config)" for the options with such a value; nothing where there is none. */
static void
bash_values(struct rep_buf *out, const struct rep_completion *c, const char *kind, const char *then)
{
	bool any = false;

	for (size_t i = 0; i < c->options_n; i++) {
		const char *value = c->options[i].value;
		bool fits = kind[0] == 'f' ? is_file(value)
		    : kind[0] == 'd'	   ? is_folder(value)
					   : value != NULL && !is_file(value) && !is_folder(value);

		if (!fits)
			continue;
		rep_buf_printf(out, "%s%s", any ? "|" : "\t", c->options[i].name);
		any = true;
	}
	if (any)
		rep_buf_printf(out, ") %s ;;\n", then);
}

static void
bash(struct rep_buf *out, const struct rep_completion *c)
{
	rep_buf_add(out,
	    REP_S("_reputed()\n{\n"
		  "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		  "\tlocal options= words= first= files= given=0 i\n\n"
		  "\tCOMPREPLY=()\n"
		  "\tif [[ $COMP_CWORD -eq 1 ]]; then\n\t\twords='"));
	for (size_t i = 0; i < c->commands_n; i++)
		rep_buf_printf(out, "%s ", c->commands[i].name);
	rep_buf_add(out,
	    REP_S("--help --version'\n"
		  "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
		  "\t\treturn\n\tfi\n"
		  "\t# --db=PATH is three words here.\n"
		  "\t[[ $cur == = ]] && cur=\n"
		  "\t[[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
		  "\tcase $prev in\n"));
	bash_values(out, c, "file",
	    "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return");
	bash_values(out, c, "dir",
	    "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return");
	bash_values(out, c, "other", "return");
	rep_buf_add(out, REP_S("\tesac\n\tcase ${COMP_WORDS[1]} in\n"));
	for (size_t i = 0; i < c->commands_n; i++) {
		struct line_words a = after_command(c->commands[i].args);

		rep_buf_printf(out, "\t%s) options='%s' words='", c->commands[i].name,
		    c->commands[i].options + 1);
		add_words(out, &a);
		rep_buf_printf(
		    out, "'%s%s ;;\n", a.first ? " first=1" : "", a.files ? " files=1" : "");
	}
	rep_buf_add(out,
	    REP_S("\t*) return ;;\n\tesac\n"
		  "\tif [[ $cur == -* ]]; then\n"
		  "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
		  "\t\treturn\n\tfi\n"
		  "\tfor ((i = 2; i < COMP_CWORD; i++)); do\n"
		  "\t\tcase ${COMP_WORDS[i]} in\n\t\t"));
	for (size_t i = 0, any = 0; i < c->options_n; i++)
		if (c->options[i].value != NULL)
			rep_buf_printf(out, "%s%s", any++ > 0 ? "|" : "", c->options[i].name);
	rep_buf_add(out,
	    REP_S(")\n\t\t\ti=$((i + 1))\n"
		  "\t\t\t[[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;\n"
		  "\t\t-*) ;;\n"
		  "\t\t*) given=1 ;;\n"
		  "\t\tesac\n\tdone\n"
		  "\tif [[ -n $first ]]; then\n"
		  "\t\tif [[ $given -eq 0 ]]; then files=; else words=; fi\n\tfi\n"
		  "\t[[ -n $files ]] && compopt -o filenames\n"
		  "\tmapfile -t COMPREPLY < <(\n"
		  "\t\tcompgen -W \"$words\" -- \"$cur\"\n"
		  "\t\t[[ -n $files ]] && compgen -f -- \"$cur\")\n"
		  "}\ncomplete -F _reputed reputed\n"));
}

/* --- zsh -------------------------------------------------------------------------------------------- */

static void
zsh_command(
    struct rep_buf *out, const struct rep_completion *c, const struct rep_completion_command *cmd)
{
	struct line_words a = after_command(cmd->args);

	rep_buf_printf(out, "\t%s)\n\t\t_arguments", cmd->name);
	for (size_t i = 0; i < c->options_n; i++) {
		const struct rep_completion_option *o = &c->options[i];

		if (!takes(cmd, o->name))
			continue;
		rep_buf_printf(out, " \\\n\t\t\t'*%s%s[", o->name, o->value != NULL ? "=" : "");
		quoted(out, "[]:\\", o->help);
		rep_buf_addc(out, ']');
		if (o->value != NULL) {
			rep_buf_addc(out, ':');
			quoted(out, "[]:\\", o->value);
			rep_buf_printf(out, ":%s",
			    is_file(o->value)	      ? "_files"
				: is_folder(o->value) ? "_files -/"
						      : " ");
		}
		rep_buf_addc(out, '\'');
	}
	if (a.first) {
		rep_buf_add(out, REP_S(" \\\n\t\t\t'1:what:("));
		add_words(out, &a);
		rep_buf_add(out, REP_S(")'"));
	}
	if (a.files && !a.first && a.n > 0) {
		rep_buf_add(out, REP_S(" \\\n\t\t\t'*:file:{ compadd "));
		add_words(out, &a);
		rep_buf_add(out, REP_S("; _files }'"));
	} else if (a.files) {
		rep_buf_add(out, REP_S(" \\\n\t\t\t'*:file:_files'"));
	}
	rep_buf_add(out, REP_S(" ;;\n"));
}

static void
zsh(struct rep_buf *out, const struct rep_completion *c)
{
	rep_buf_add(out,
	    REP_S("#compdef reputed\n"
		  "local -a commands\n"
		  "if (( CURRENT == 2 )); then\n\tcommands=(\n"));
	for (size_t i = 0; i < c->commands_n; i++) {
		rep_buf_printf(out, "\t\t'%s:", c->commands[i].name);
		quoted(out, ":\\", c->commands[i].summary);
		rep_buf_add(out, REP_S("'\n"));
	}
	rep_buf_add(out,
	    REP_S("\t\t'--help:this text'\n\t\t'--version:the version'\n\t)\n"
		  "\t_describe -t commands command commands\n\treturn\nfi\n"
		  "shift words\n(( CURRENT-- ))\n"
		  "case $words[1] in\n"));
	for (size_t i = 0; i < c->commands_n; i++)
		zsh_command(out, c, &c->commands[i]);
	rep_buf_add(out, REP_S("esac\n"));
}

/* --- fish ------------------------------------------------------------------------------------------- */

static void
fish_command(
    struct rep_buf *out, const struct rep_completion *c, const struct rep_completion_command *cmd)
{
	struct line_words a = after_command(cmd->args);

	rep_buf_printf(out, "complete -c reputed -n '__reputed_given 0' -a %s -d '", cmd->name);
	quoted(out, "\\", cmd->summary);
	rep_buf_add(out, REP_S("'\n"));
	if (a.n > 0) {
		rep_buf_printf(out, "complete -c reputed -n '__reputed_given %s%s' -a '",
		    a.first ? "1 " : "", cmd->name);
		add_words(out, &a);
		rep_buf_add(out, REP_S("'\n"));
	}
	if (a.files)
		rep_buf_printf(out, "complete -c reputed -n '__reputed_given %s%s' -F\n",
		    a.first ? "2 " : "", cmd->name);
	for (size_t i = 0; i < c->options_n; i++) {
		const struct rep_completion_option *o = &c->options[i];

		if (!takes(cmd, o->name))
			continue;
		rep_buf_printf(out, "complete -c reputed -n '__reputed_given %s' -l %s%s -d '",
		    cmd->name, o->name + 2,
		    o->value == NULL				   ? ""
			: is_file(o->value) || is_folder(o->value) ? " -r -F"
								   : " -x");
		quoted(out, "\\", o->help);
		rep_buf_add(out, REP_S("'\n"));
	}
}

static void
fish(struct rep_buf *out, const struct rep_completion *c)
{
	rep_buf_add(out,
	    REP_S(
		"# __reputed_given [N] [COMMAND]: whether the command is this one, and how many words there are\n"
		"# without options: 0 none, 1 the command alone, 2 more.\n"
		"function __reputed_given\n"
		"\tset -l words (commandline -opc)\n"
		"\tset -l given (count (string match -v -- '-*' $words[2..]))\n"
		"\tswitch $argv[1]\n"
		"\tcase 0 1\n\t\ttest $given -eq $argv[1]; or return 1\n"
		"\t\tset -e argv[1]\n"
		"\tcase 2\n\t\ttest $given -ge 2; or return 1\n"
		"\t\tset -e argv[1]\n"
		"\tend\n"
		"\ttest (count $argv) -eq 0; or test \"$words[2]\" = \"$argv[1]\"\n"
		"end\n"
		"complete -c reputed -f\n"
		"complete -c reputed -n '__reputed_given 0' -l help -d 'this text'\n"
		"complete -c reputed -n '__reputed_given 0' -l version -d 'the version'\n"));
	for (size_t i = 0; i < c->commands_n; i++)
		fish_command(out, c, &c->commands[i]);
}

bool
rep_completion_write(const char *shell, const struct rep_completion *c, struct rep_buf *out)
{
	static const struct {
		const char *name;
		void (*write)(struct rep_buf *, const struct rep_completion *);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

	for (size_t i = 0; i < REP_COUNT(shells); i++)
		if (strcmp(shell, shells[i].name) == 0) {
			shells[i].write(out, c);
			return true;
		}
	return false;
}
