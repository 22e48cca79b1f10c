/*
 * cli/out.h -- writes to standard output: colour only on a terminal, text wrapped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_OUT_H
#define REP_CLI_OUT_H

#include "base/buf.h"
#include "base/time.h"

enum rep_paint { REP_PLAIN = 0, REP_BOLD, REP_RED, REP_YELLOW, REP_GREEN, REP_DIM };

/*
 * Writes the buffer to standard output and clears it. False when that failed: the disk is full, the
 * buffer was full (it prints either), or the pipe is closed.
 */
bool rep_out_flush(struct rep_buf *b);

/* Replaces by '?' what a terminal would obey (control characters) and bytes that are not UTF-8. */
void rep_out_plain(char *text);

/*
 * To write before and after coloured text. "" when standard output is not a terminal or NO_COLOR is
 * set.
 */
const char *rep_paint(enum rep_paint p);
const char *rep_unpaint(void);

/*
 * For a page (cli/page.h) the same text is written with marks that tell its structure: paints are
 * marks too, whether or not there is a terminal, and no line is wrapped. A mark has a random number
 * of this process in it, so text of a server cannot make one. In this form a buffer must go through
 * rep_page, never to rep_out_flush.
 */
enum rep_mark {
	REP_MARK_PASTE = 0, /* before what is pasted elsewhere: its lines and blanks stay */
	REP_MARK_PASTED,    /* after it */
	REP_MARK_FIGURE,    /* before ready HTML, whose writer has escaped it */
	REP_MARK_DRAWN,	    /* after it */
	REP_MARK_ROW,	    /* a line of a table begins */
	REP_MARK_CELL,	    /* between two of its cells */
	REP_MARK_NUMBER,    /* in a cell: it is a number */
	REP_MARK_NAME,	    /* in a cell: it names its row */
	REP_MARK_ITEM,	    /* a line of a list begins: its number, a full stop, its text */
	REP_MARK_LINK,	 /* before an address that we wrote (a page of know): it becomes a link */
	REP_MARK_LINKED, /* after it */
	REP_MARK_N
};
void rep_out_structure(bool on);
/* As in a letter: no colours, lines of 76 columns, whatever the terminal. */
void rep_out_letter(void);
/* Standard output is another one now: nothing of the one before counts, nor that it was a letter. */
void rep_out_anew(void);
bool rep_out_structured(void);
/* "" in text for a terminal. */
const char *rep_mark(enum rep_mark m);
/* The length of a mark at i, with its paint (REP_PLAIN ends one) or mark, the other is -1. 0: none. */
size_t rep_out_mark_at(struct rep_str s, size_t i, int *paint, int *mark);

/* Appends what is pasted elsewhere: its lines and blanks stay. Ends in a line end. */
void rep_out_verbatim(struct rep_buf *b, struct rep_str text);

/*
 * Appends a command, or a record, on a line of its own, complete, never wrapped: whoever pastes it gets all of it. On a page it has no
 * indent.
 */
void rep_out_command(struct rep_buf *b, size_t indent, struct rep_str command);

/* Whether a name may stand in a command that somebody pastes: strangers choose names in mail and in reports. */
bool rep_out_may_paste(struct rep_str s);

/*
 * How many columns a line may have: the terminal's width, or that of the environment's COLUMNS when
 * standard output is no terminal; at least 60, at most 120 (longer lines are hard to read), and 100
 * when neither is known.
 */
size_t rep_out_width(void);

/* From now on it is this, within the same bounds: for a screen, whose size changes while it is shown. */
void rep_out_screen(size_t columns);

/* Columns of UTF-8 text: every byte except those that continue a character. Paints have none. */
size_t rep_out_columns(struct rep_str s);

/*
 * Appends text wrapped at rep_out_width() columns. The first line continues at column `at`, the next lines
 * are indented by `indent`. Columns count UTF-8 characters.
 */
void rep_out_wrap(struct rep_buf *b, struct rep_str text, size_t at, size_t indent);
/* Appends the text, wrapped from the left edge, and a line end. */
void rep_out_paragraph(struct rep_buf *b, struct rep_str text);
/* "2026-10-01": the day of an instant, UTC. Returns buf. */
const char *rep_out_day(int64_t at_s, char buf[REP_TIME_TEXT]);
/*
 * Appends one line "  LABEL text\n", the label filled up to `width` columns, the text wrapped below where it
 * begins. Nothing at all where the text is empty. The text is shown as it is: bytes from the network go
 * through rep_net_field (cli/net.h).
 */
void rep_out_field(struct rep_buf *b, const char *label, size_t width, struct rep_str text);

/*
 * Wraps the last line of the buffer, which begins at byte `from` and has no line end yet, if it is longer
 * than rep_out_width(). Blanks at its beginning and between words stay, the next lines are indented by
 * `indent`.
 */
void rep_out_fit(struct rep_buf *b, size_t from, size_t indent);

/* Appends the text as a sentence begins: its first letter is a capital. */
void rep_out_sentence(struct rep_buf *b, struct rep_str text);

/* The day that rep_when calls today: that of the clock, or of --now. */
void rep_out_present(int64_t present_s);
/* "14:31 UTC today", "2026-10-09 07:15 UTC": for sentences. The end of an old log is not today. */
const char *rep_when(int64_t at_s, char buf[48]);

/* "1,204" */
const char *rep_out_number(uint64_t v, char buf[32]);

/* Appends the line "and 1,204 more: --all shows them". */
void rep_out_more(struct rep_buf *b, uint64_t n);

/* Appends "1 delivery", "1,204 deliveries". */
void rep_out_count(struct rep_buf *b, uint64_t n, const char *one, const char *many);
/* What a command says that finds no delivery in the store. lines: of the log, that were read. */
void rep_out_nothing_read(struct rep_buf *b, uint64_t lines);

/* Prints "reputed: sentence" on standard error, made safe for a terminal. */
void rep_cli_say(const char *fmt, ...) REP_PRINTF(1, 2);

#endif
