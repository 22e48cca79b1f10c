/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memfd_create */
#include "cli/answering.h"
#include "cli/out.h"
#include "io/fork.h"
#include "io/steady.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SAID_MAX = 4096 }; /* bytes of it that are read: commands say a sentence or two */

pid_t
rep_answering_start(struct rep_answering *x)
{
	int nothing;

	x->out = memfd_create("answer", MFD_CLOEXEC);
	x->say = memfd_create("said", MFD_CLOEXEC);
	x->begun_ms = rep_steady_ms();
	x->pid = x->out >= 0 && x->say >= 0 ? rep_fork(&x->pipe) : -1;
	if (x->pid != 0)
		return x->pid;
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(x->out, STDOUT_FILENO) < 0 ||
	    dup2(x->say, STDERR_FILENO) < 0)
		_exit(EXIT_FAILURE);
	rep_out_anew();
	return 0;
}

void
rep_answering_said(const struct rep_answering *x, struct rep_buf *out)
{
	static const struct rep_str name = { "reputed: ", 9 };
	char text[SAID_MAX];
	ssize_t n = x->say >= 0 ? pread(x->say, text, sizeof text, 0) : 0;
	struct rep_str s = { text, n > 0 ? (size_t)n : 0 };

	while (s.n > 0) {
		size_t nl = rep_str_chr(s, '\n', 0);
		struct rep_str line = rep_str_sub(s, 0, nl);

		s = rep_str_sub(s, nl == SIZE_MAX ? s.n : nl + 1, s.n);
		if (rep_str_starts(line, name))
			line = rep_str_sub(line, name.n, line.n);
		if (out->n > 0 && line.n > 0)
			rep_buf_addc(out, '\n');
		rep_buf_add(out, line);
	}
}

void
rep_answering_end(struct rep_answering *x)
{
	if (x->pid > 0)
		(void)close(x->pipe);
	if (x->out >= 0)
		(void)close(x->out);
	if (x->say >= 0)
		(void)close(x->say);
	*x = REP_ANSWERING_NONE;
}
