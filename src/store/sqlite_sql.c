/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_sql.h"

#include "store/backend.h"

#define CELLS_GET(level) "SELECT from_s, cells FROM " level " WHERE from_s = ? AND part = ?"
#define CELLS_PUT(level) "INSERT OR REPLACE INTO " level " (from_s, part, cells) VALUES (?,?,?)"
#define CELLS_OF(level)                    \
	"SELECT from_s, cells FROM " level \
	" WHERE from_s = ? AND part BETWEEN ? AND ? ORDER BY part"
#define CELLS(level) \
	"SELECT from_s, cells FROM " level " WHERE from_s >= ? AND from_s < ? ORDER BY from_s"

#define FACT_ADD                                                               \
	"INSERT INTO fact (id, label, route, provider, provider_domain, host," \
	" stream, recipient, domain, status, class, stage, scope, rule, code," \
	" enhanced, flags, queue_id, message, delay_ms, sample) VALUES "
#define FACT_ROW "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
#define FACT_ROWS_4 FACT_ROW "," FACT_ROW "," FACT_ROW "," FACT_ROW
#define FACT_ROWS_8 FACT_ROWS_4 "," FACT_ROWS_4
_Static_assert((int)REP_FACTS_AT_ONCE == 16, "REP_Q_FACTS_ADD has as many rows");

const char *const rep_sqlite_sql[REP_Q_N] = {
	[REP_Q_BEGIN] = "BEGIN IMMEDIATE",
	[REP_Q_COMMIT] = "COMMIT",
	[REP_Q_DATA_VERSION] = "PRAGMA data_version",
	[REP_Q_META] = "SELECT id, value FROM meta",
	[REP_Q_META_PUT] = "INSERT OR REPLACE INTO meta (id, value) VALUES (?,?)",
	[REP_Q_NAMES] = "SELECT id, name FROM name WHERE id >= ? ORDER BY id",
	[REP_Q_NAME_ADD] = "INSERT INTO name (id, name) VALUES (?,?)",
	[REP_Q_WATCHED] = "SELECT name, '' FROM watched",
	[REP_Q_WATCH_ADD] = "INSERT OR IGNORE INTO watched (name) VALUES (?)",
	[REP_Q_DOMAIN_ADD] = "INSERT OR IGNORE INTO domain (id, name) VALUES (?,?)",
	[REP_Q_DOMAIN_GET] = "SELECT id, name FROM domain WHERE id = ?",
	[REP_Q_FACT_ADD] = FACT_ADD FACT_ROW,
	[REP_Q_FACTS_ADD] = FACT_ADD FACT_ROWS_8 "," FACT_ROWS_8,
	[REP_Q_FACT_LAST] = "SELECT max(id) FROM fact",
	[REP_Q_CELLS_GET + REP_LEVEL_MINUTE] = CELLS_GET("minute"),
	[REP_Q_CELLS_GET + REP_LEVEL_HOUR] = CELLS_GET("hour"),
	[REP_Q_CELLS_GET + REP_LEVEL_DAY] = CELLS_GET("day"),
	[REP_Q_CELLS_GET + REP_CELLS_ALL + REP_LEVEL_MINUTE] = CELLS_GET("minute_all"),
	[REP_Q_CELLS_GET + REP_CELLS_ALL + REP_LEVEL_HOUR] = CELLS_GET("hour_all"),
	[REP_Q_CELLS_GET + REP_CELLS_ALL + REP_LEVEL_DAY] = CELLS_GET("day_all"),
	[REP_Q_CELLS_PUT + REP_LEVEL_MINUTE] = CELLS_PUT("minute"),
	[REP_Q_CELLS_PUT + REP_LEVEL_HOUR] = CELLS_PUT("hour"),
	[REP_Q_CELLS_PUT + REP_LEVEL_DAY] = CELLS_PUT("day"),
	[REP_Q_CELLS_PUT + REP_CELLS_ALL + REP_LEVEL_MINUTE] = CELLS_PUT("minute_all"),
	[REP_Q_CELLS_PUT + REP_CELLS_ALL + REP_LEVEL_HOUR] = CELLS_PUT("hour_all"),
	[REP_Q_CELLS_PUT + REP_CELLS_ALL + REP_LEVEL_DAY] = CELLS_PUT("day_all"),
	[REP_Q_CELLS_OF + REP_LEVEL_MINUTE] = CELLS_OF("minute"),
	[REP_Q_CELLS_OF + REP_LEVEL_HOUR] = CELLS_OF("hour"),
	[REP_Q_CELLS_OF + REP_LEVEL_DAY] = CELLS_OF("day"),
	[REP_Q_CELLS + REP_LEVEL_MINUTE] = CELLS("minute"),
	[REP_Q_CELLS + REP_LEVEL_HOUR] = CELLS("hour"),
	[REP_Q_CELLS + REP_LEVEL_DAY] = CELLS("day"),
	[REP_Q_CELLS + REP_CELLS_ALL + REP_LEVEL_MINUTE] = CELLS("minute_all"),
	[REP_Q_CELLS + REP_CELLS_ALL + REP_LEVEL_HOUR] = CELLS("hour_all"),
	[REP_Q_CELLS + REP_CELLS_ALL + REP_LEVEL_DAY] = CELLS("day_all"),
	[REP_Q_SEEN] = "SELECT id & 1048575, ids FROM seen WHERE id BETWEEN ? AND ? ORDER BY id",
	[REP_Q_SEEN_ADD] = "INSERT INTO seen (id, ids) VALUES (?,?) ON CONFLICT DO UPDATE SET"
			   " ids = CAST(ids || excluded.ids AS BLOB)",
	[REP_Q_STATE] = "SELECT 0, bytes FROM state WHERE name = ?",
	[REP_Q_STATES] = "SELECT name, bytes FROM state ORDER BY name",
	[REP_Q_STATE_PUT] = "INSERT OR REPLACE INTO state (name, bytes) VALUES (?,?)",
	[REP_Q_STATE_DROP] = "DELETE FROM state WHERE name = ?",
	[REP_Q_NOTE_HAS] = "SELECT 1 FROM note WHERE kind = ? AND id = ?",
	[REP_Q_NOTE_PUT] = "INSERT OR REPLACE INTO note (kind, id, bytes) VALUES (?,?,?)",
	[REP_Q_NOTE_DROP] = "DELETE FROM note WHERE kind = ? AND id = ?",
	[REP_Q_NOTES] = "SELECT id, bytes FROM note WHERE kind = ?",
	[REP_Q_INPUTS] =
	    "SELECT id, head_n, tail_n, head, tail, offset, lines, bad, first_s, last_s,"
	    " read_s, name FROM input",
	[REP_Q_INPUT_ADD] = "INSERT OR REPLACE INTO input (id, head_n, tail_n, head, tail, offset,"
			    " lines, bad, first_s, last_s, read_s, name)"
			    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
	[REP_Q_SOURCES] = "SELECT label, known_by, address, first_s, last_s, count FROM source",
	[REP_Q_SOURCE_ADD] =
	    "INSERT INTO source (label, known_by, address, first_s, last_s, count)"
	    " VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
	    " first_s = min(first_s, excluded.first_s),"
	    " last_s = max(last_s, excluded.last_s), count = count + excluded.count",
	[REP_Q_SAMPLES] = "SELECT id, form, provider, provider_domain, rule, class, code, count,"
			  " first_s, last_s, host, text FROM sample",
	[REP_Q_SAMPLE_PUT] =
	    "INSERT OR REPLACE INTO sample (id, form, provider, provider_domain, rule,"
	    " class, code, count, first_s, last_s, host, text)"
	    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
	[REP_Q_SAMPLE_DROP] = "DELETE FROM sample WHERE id = ?",
	[REP_Q_INCIDENT] = "SELECT id FROM incident WHERE key = ?",
	[REP_Q_INCIDENT_LAST] = "SELECT coalesce(max(id), 0) FROM incident",
	[REP_Q_INCIDENT_TAKEN] = "SELECT 1 FROM incident WHERE id = ?",
	[REP_Q_INCIDENT_ADD] = "INSERT INTO incident (id, key) VALUES (?,?)",
	[REP_Q_CHECK] =
	    "SELECT 0, quick_check FROM pragma_quick_check(100) WHERE quick_check <> 'ok'",
	[REP_Q_PRUNE_FACTS] = "DELETE FROM fact WHERE id < ?",
	[REP_Q_PRUNE_MINUTES] = "DELETE FROM minute WHERE from_s < ?",
	[REP_Q_PRUNE_HOURS] = "DELETE FROM hour WHERE from_s < ?",
	[REP_Q_PRUNE_MINUTES_ALL] = "DELETE FROM minute_all WHERE from_s < ?",
	[REP_Q_PRUNE_HOURS_ALL] = "DELETE FROM hour_all WHERE from_s < ?",
	[REP_Q_FORGET_FACTS] = "DELETE FROM fact WHERE recipient = ?",
	[REP_Q_FORGET_DOMAINS] = "DELETE FROM domain WHERE id NOT IN (SELECT domain FROM fact WHERE"
				 " domain IS NOT NULL UNION SELECT host FROM fact WHERE host IS NOT"
				 " NULL)",
	[REP_Q_FACTS] = "SELECT id, label, route, provider, provider_domain, stream, rule, status,"
			" class, scope, stage, flags, code, sample, delay_ms FROM fact"
			" WHERE id >= ? AND id < ? ORDER BY id",
	[REP_Q_DOMAINS] = "SELECT provider, provider_domain, domain FROM fact WHERE id >= ?"
			  " AND domain IS NOT NULL",
	/* the status REP_STATUS_SENT is bound by the caller */
	[REP_Q_MESSAGES] = "SELECT id, label, provider, stream, message FROM fact"
			   " WHERE status = ? AND message IS NOT NULL ORDER BY id DESC",
	[REP_Q_TRAIL] = "SELECT id, label, route, provider, provider_domain, stream, rule, status,"
			" class, scope, stage, flags, code, sample, recipient, message, queue_id,"
			" enhanced, delay_ms FROM fact ORDER BY id",
	[REP_Q_TOLD_ADD] = "INSERT OR REPLACE INTO verdict (recording, incident, now_s, told)"
			   " VALUES (?,?,?,?)",
	[REP_Q_TOLD_DROP] = "DELETE FROM verdict WHERE recording < ?",
	[REP_Q_TOLD_THERE] = "SELECT count(*) FROM sqlite_master WHERE name = 'verdict'",
	[REP_Q_TOLD] = "SELECT recording, incident, now_s, told FROM verdict"
		       " ORDER BY recording, incident",
	[REP_Q_FOUND_PUT] = "INSERT OR REPLACE INTO finding (subject, part, id, detail, first_s,"
			    " clear_s, last_s, gone_s, severity, text, fix)"
			    " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
	[REP_Q_FOUND_DROP] = "DELETE FROM finding WHERE subject = ? AND part = ? AND id = ?"
			     " AND detail = ? AND first_s = ?",
	[REP_Q_FOUND_THERE] = "SELECT count(*) FROM sqlite_master WHERE name = 'finding'",
	[REP_Q_FOUND] = "SELECT subject, part, id, detail, first_s, clear_s, last_s, gone_s,"
			" severity, text, fix FROM finding"
			" ORDER BY subject, part, id, detail, first_s",
	[REP_Q_LOOKED_PUT] =
	    "INSERT OR REPLACE INTO looked (subject, part, kind, why, known_s, failed_s)"
	    " VALUES (?,?,?,?,?,?)",
	[REP_Q_LOOKED] = "SELECT subject, part, kind, why, known_s, failed_s FROM looked"
			 " ORDER BY subject, part",
	[REP_Q_REPORT_PUT] =
	    "INSERT OR REPLACE INTO report (id, kind, trust, begin_s, end_s, read_s, records, count,"
	    " content, org, domain, report_id, reporter, bytes) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[REP_Q_REPORT_GET] =
	    "SELECT kind, trust, begin_s, end_s, read_s, records, count, content, org, domain,"
	    " report_id, reporter, x'' FROM report WHERE id = ?",
	[REP_Q_REPORT_PROVE] =
	    "UPDATE OR REPLACE report SET id = ?, trust = ?, read_s = ? WHERE id = ?",
	[REP_Q_REPORT_DROP] = "DELETE FROM report WHERE id = ?",
	[REP_Q_REPORTS_PRUNE] = "DELETE FROM report WHERE kind = ? AND end_s < ?",
	[REP_Q_REPORT_THERE] = "SELECT count(*) FROM sqlite_master WHERE name = 'report'",
	/* Only numbers are sorted: else all bytes of all reports go through a file. LIMIT keeps the order. */
	[REP_Q_REPORTS] =
	    "SELECT kind, trust, begin_s, end_s, read_s, records, count, content, org, domain,"
	    " report_id, reporter, bytes FROM (SELECT id AS i FROM report"
	    " WHERE kind = ? AND end_s >= ? AND begin_s < ? ORDER BY begin_s, id LIMIT -1)"
	    " CROSS JOIN report ON report.id = i",
	[REP_Q_REPORT_HEADS] =
	    "SELECT kind, trust, begin_s, end_s, read_s, records, count, content, org, domain,"
	    " report_id, reporter, x'' FROM report WHERE kind = ? AND end_s >= ? AND begin_s < ?"
	    " ORDER BY begin_s, id",
};
