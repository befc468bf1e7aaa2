// A room with a long history, written straight into the server's Postgres: posting it would take minutes.

// What people say: mostly a line or two, now and then a list, code, a quote, a long text.
const BODY = `
  CASE
    WHEN n % 97 = 0 THEN E'Here it is:\\n\\n\`\`\`rust\\nfn line() -> u32 {\\n    // number ' || n || E'\\n    ' || n || E'\\n}\\n\`\`\`'
    WHEN n % 41 = 0 THEN E'To do:\\n- first **' || n || E'**\\n- then the rest\\n- and _that_'
    WHEN n % 23 = 0 THEN E'> as was said before\\n\\nLine ' || n || ', and yes'
    WHEN n % 11 = 0 THEN 'Line ' || n || '. ' || repeat('It goes on for a while, so that it takes more than one line. ', 4)
    WHEN n % 7 = 0 THEN E'Line ' || n || E'\\nwith a second line'
    ELSE 'Line ' || n
  END`;

// Puts messages 1 to `count` of these people behind what the room holds, each half a minute after the one before, and
// starts the server anew, which knew nothing of them. Everything counts as read by everyone.
export async function fillRoom(server, room, authors, count) {
  const names = authors.map((author) => `'${author.id}'`).join(", ");
  server.sql(`
    BEGIN;
    CREATE TEMP TABLE head AS SELECT rev FROM room_heads WHERE room_id = '${room.id}';
    INSERT INTO messages (id, room_id, seq, rev, author_id, body, fingerprint, created_at)
    SELECT
      (lpad(to_hex(1764000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
      '${room.id}', head.rev + n, head.rev + n,
      (ARRAY[${names}]::uuid[])[1 + (n / 3) % ${authors.length}],
      ${BODY}, '\\x00', now() - (${count} - n) * interval '30 seconds'
    FROM head, generate_series(1, ${count}) AS n;
    UPDATE room_heads SET rev = rev + ${count}, last_seq = rev + ${count} WHERE room_id = '${room.id}';
    COMMIT;
    ANALYZE messages;`);
  await server.restart();
}
