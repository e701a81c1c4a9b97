/* The limit on SQLite: the rows of one booking, one commit each, journal WAL, synchronous FULL; nothing else.
   cc -O2 -o limit _sqlite_limit.c -lsqlite3; limit FILE COUNT < rows, each `slot seeker resource first-grain`.
   Prints the seconds that COUNT bookings took. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static sqlite3 *db;

static void must(int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
  }
}

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *statement;
  must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
  return statement;
}

static void run(sqlite3_stmt *statement) {
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
  }
  must(code);
  sqlite3_reset(statement);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  long count = atol(argv[2]), slot, seeker, resource, grain;
  must(sqlite3_open(argv[1], &db));
  must(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                        "PRAGMA cache_size=-65536", NULL, NULL, NULL));
  sqlite3_stmt *begin = prepared("BEGIN IMMEDIATE"), *commit = prepared("COMMIT");
  sqlite3_stmt *booking = prepared(
      "INSERT INTO booking (slot_id, fair_id, seeker_id, status, seat_no, cancel_until, change_until, answers,"
      " ics_uid, rev, time_rev, note, created_at) SELECT id, fair_id, ?2, 'confirmed', 1, starts_at, starts_at, '{}', lower(hex(randomblob(16))), 1, 0, '',"
      " created_at FROM slot WHERE id = ?1 ON CONFLICT DO NOTHING RETURNING id");
  sqlite3_stmt *claims = prepared(
      "INSERT INTO time_claim (resource_id, grain, booking_id) VALUES (?1, ?2, ?3), (?1, ?2 + 1, ?3), (?1, ?2 + 2, ?3),"
      " (?1, ?2 + 3, ?3) ON CONFLICT DO NOTHING RETURNING grain");
  sqlite3_stmt *consent = prepared(
      "INSERT INTO consent (seeker_id, employer_id, purpose, scope, given_at, until) VALUES (?1, 1, 'interview',"
      " 'profile,resume,contact', datetime('now'), datetime('now'))");
  sqlite3_stmt *history = prepared(
      "INSERT INTO booking_history (booking_id, rev, at, actor_id, status, slot_id, reason) VALUES (?1, 1,"
      " datetime('now'), ?2, 'confirmed', ?3, '')");
  sqlite3_stmt *letter = prepared(
      "INSERT INTO outbox (key, account_id, kind, data, message_id, state, due_at, tries) VALUES ('booking:' || ?1 ||"
      " ':1', ?2, 'booking.confirmed', '{}', lower(hex(randomblob(16))), 'due', datetime('now'), 0)");
  sqlite3_stmt *number = prepared("UPDATE news_counter SET seq = seq + 1 WHERE fair_id = 1 RETURNING seq");
  sqlite3_stmt *news = prepared(
      "INSERT INTO news (fair_id, seq, kind, at, data) SELECT 1, seq, 'slot.changed', datetime('now'),"
      " '{\"slot\": \"1\", \"kind\": \"interview\", \"seats_left\": 0}' FROM news_counter WHERE fair_id = 1");
  sqlite3_stmt *own_number = prepared(
      "INSERT INTO personal_counter (account_id, seq) VALUES (?1, 1), (1, 1) ON CONFLICT (account_id) DO UPDATE SET"
      " seq = seq + 1");
  sqlite3_stmt *own = prepared(
      "INSERT INTO personal_news (account_id, seq, kind, at, data, fair_id) SELECT account_id, seq,"
      " 'booking.confirmed', datetime('now'), '{}', 1 FROM personal_counter WHERE account_id IN (?1, 1)");
  struct timespec t0, t1;
  clock_gettime(CLOCK_MONOTONIC, &t0);
  for (long n = 0; n < count && scanf("%ld %ld %ld %ld", &slot, &seeker, &resource, &grain) == 4; n++) {
    run(begin);
    sqlite3_bind_int64(booking, 1, slot), sqlite3_bind_int64(booking, 2, seeker), run(booking);
    long id = sqlite3_last_insert_rowid(db);
    sqlite3_bind_int64(claims, 1, resource), sqlite3_bind_int64(claims, 2, grain), sqlite3_bind_int64(claims, 3, id);
    run(claims);
    sqlite3_bind_int64(consent, 1, seeker), run(consent);
    sqlite3_bind_int64(history, 1, id), sqlite3_bind_int64(history, 2, seeker), sqlite3_bind_int64(history, 3, slot);
    run(history);
    sqlite3_bind_int64(letter, 1, id), sqlite3_bind_int64(letter, 2, seeker), run(letter);
    run(number), run(news);
    sqlite3_bind_int64(own_number, 1, seeker), run(own_number);
    sqlite3_bind_int64(own, 1, seeker), run(own);
    run(commit);
  }
  clock_gettime(CLOCK_MONOTONIC, &t1);
  printf("%.6f\n", (t1.tv_sec - t0.tv_sec) + (t1.tv_nsec - t0.tv_nsec) / 1e9);
  return 0;
}
