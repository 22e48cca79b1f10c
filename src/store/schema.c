/*
 * store/schema.c -- the tables, as statements that lead from one version to the next.
 *
 * To change the tables, add an entry at the end. Never change an existing entry: databases were
 * made with it. PRAGMA user_version is the number of entries that were applied.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/backend.h"

#define CELLS(level)                                                                 \
	"CREATE TABLE " level " (from_s INTEGER, part INTEGER, cells BLOB NOT NULL," \
	" PRIMARY KEY (from_s, part)) WITHOUT ROWID;\n"

static const char first[] =
    /* Counters: the numbers of enum rep_meta. */
    "CREATE TABLE meta (id INTEGER PRIMARY KEY, value INTEGER NOT NULL);\n"

    /* Names that rollups use, and names of provider `other` that are watched. */
    "CREATE TABLE name (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
    "CREATE TABLE watched (name INTEGER PRIMARY KEY);\n"

    /*
     * Names of recipient domains and hosts. There are many, so only facts use them, by 48 bits of a
     * keyed hash.
     */
    "CREATE TABLE domain (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"

    /* id: time in seconds << 24 | a number in that second. NULL: none, not known. */
    "CREATE TABLE fact (id INTEGER PRIMARY KEY, label INTEGER, route INTEGER,"
    " provider INTEGER, provider_domain INTEGER, host INTEGER, stream INTEGER,"
    " recipient INTEGER, domain INTEGER, status INTEGER, class INTEGER, stage INTEGER,"
    " scope INTEGER, rule INTEGER, code INTEGER, enhanced INTEGER,"
    " flags INTEGER /* 1 evidence, 2 certain */, queue_id TEXT, message INTEGER,"
    " delay_ms INTEGER, sample INTEGER);\n"

    /* Counts of a bucket of time, packed as in rollup.c. part is made from the label. */
    CELLS("minute") CELLS("hour") CELLS("day")

    /*
     * Identities of counted facts. id: time / 1024 << 20 | chunk. ids: 8 bytes each, little-endian.
     */
    "CREATE TABLE seen (id INTEGER PRIMARY KEY, ids BLOB NOT NULL);\n"

    "CREATE TABLE state (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;\n"

    "CREATE TABLE input (id INTEGER PRIMARY KEY, head_n INTEGER, tail_n INTEGER, head INTEGER,"
    " tail INTEGER, offset INTEGER, lines INTEGER, bad INTEGER, first_s INTEGER,"
    " last_s INTEGER, read_s INTEGER, name TEXT);\n"

    "CREATE TABLE source (label INTEGER, known_by INTEGER, address BLOB, first_s INTEGER,"
    " last_s INTEGER, count INTEGER, PRIMARY KEY (label, known_by, address)) WITHOUT ROWID;\n"

    "CREATE TABLE sample (id INTEGER PRIMARY KEY, form INTEGER, provider INTEGER,"
    " provider_domain INTEGER, rule INTEGER, class INTEGER, code INTEGER, count INTEGER,"
    " first_s INTEGER, last_s INTEGER, host TEXT, text TEXT);\n"

    "CREATE TABLE incident (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);\n";

/* What was said of each incident at the end of an ingest. incident 0: what that was based on. */
static const char second[] =
    "CREATE TABLE verdict (recording INTEGER, incident INTEGER, now_s INTEGER,"
    " told TEXT NOT NULL, PRIMARY KEY (recording, incident)) WITHOUT ROWID;\n";
static const char third[] =
    /* kind 1, 3: ways to recognise a failure (joined.c). kind 2: packed complaints (complaint.c).
     * kind 4: who handed mail in, by place (handed.c). kind 5: faulty headers (sample_header.c). kind 8: what persons noted (noted.c). An older program does not read them. */
    "CREATE TABLE note (kind INTEGER, id INTEGER, bytes BLOB NOT NULL,"
    " PRIMARY KEY (kind, id)) WITHOUT ROWID;\n";

/*
 * What looks at DNS found, one row for each stay (severity NULL: a record); and what was looked at.
 */
static const char fourth[] =
    "CREATE TABLE finding (subject TEXT, part TEXT, id TEXT, detail TEXT, first_s INTEGER,"
    " clear_s INTEGER, last_s INTEGER, gone_s INTEGER, severity INTEGER, text TEXT NOT NULL,"
    " fix TEXT NOT NULL, PRIMARY KEY (subject, part, id, detail, first_s)) WITHOUT ROWID;\n"
    "CREATE TABLE looked (subject TEXT, part TEXT, kind TEXT NOT NULL, why TEXT NOT NULL,"
    " known_s INTEGER, failed_s INTEGER, PRIMARY KEY (subject, part)) WITHOUT ROWID;\n";

/*
 * Cells may have a scope and `quoted` (rollup.c), and facts the flag 4 for quoted: an older program
 * would take them for damage.
 *
 * Ways by which a document's failure is recognised got a kind of their own. Which of the older ones
 * are of documents cannot be seen, so they stay where they are, and counter 9 says that they do.
 */
static const char fifth[] =
    "INSERT INTO meta (id, value) SELECT 9, 1 WHERE EXISTS (SELECT 1 FROM note WHERE kind = 1);\n";

/*
 * What receivers report. id: a keyed hash of what makes two reports the same; content: of all that one says. The numbers
 * come before the bytes, so that a walk that passes over a report does not read them.
 */
static const char sixth[] =
    "CREATE TABLE report (id INTEGER PRIMARY KEY, kind INTEGER, trust INTEGER, begin_s INTEGER, end_s INTEGER,"
    " read_s INTEGER, records INTEGER, count INTEGER, content INTEGER, org TEXT, domain TEXT, report_id TEXT,"
    " reporter TEXT, bytes BLOB NOT NULL);\n";

/*
 * Counts of all labels together (rollup_all.c). What older databases have by label is added up by the first
 * transaction, and counter 13 says that it was.
 */
static const char seventh[] = CELLS("minute_all") CELLS("hour_all") CELLS("day_all");

const char *const rep_schema[] = { first, second, third, fourth, fifth, sixth, seventh };
const int rep_schema_version = (int)REP_COUNT(rep_schema);
