//! The tables as diesel sees them; mirrors `migrations/`.
#![expect(missing_docs, reason = "the migrations describe the tables")]

diesel::table! {
    site (id) {
        id -> Bool,
        uuid -> Uuid,
        name -> Text,
        token_key -> Bytea,
        rev -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        username -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        display_name -> Text,
        bio -> Text,
        status_text -> Text,
        site_role -> Text,
        last_seen_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        rev -> BigInt,
        bot -> Bool,
    }
}

diesel::table! {
    user_heads (user_id) {
        user_id -> Uuid,
        rev -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        token_hash -> Bytea,
        previous_hash -> Nullable<Bytea>,
        device -> Text,
        address -> Text,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    rooms (id) {
        id -> Uuid,
        kind -> Text,
        name -> Nullable<Text>,
        name_key -> Nullable<Text>,
        topic -> Text,
        is_default -> Bool,
        archived_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        first_seq -> BigInt,
        created_by -> Uuid,
        created_at -> Timestamptz,
        rev -> BigInt,
        user_ids -> Nullable<Array<Uuid>>,
        category_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    room_heads (room_id) {
        room_id -> Uuid,
        rev -> BigInt,
        last_seq -> BigInt,
        touched_at -> Timestamptz,
    }
}

diesel::table! {
    members (room_id, user_id) {
        room_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        joined_at -> Timestamptz,
        left_at -> Nullable<Timestamptz>,
        rev -> BigInt,
    }
}

diesel::table! {
    events (room_id, seq) {
        room_id -> Uuid,
        seq -> BigInt,
        kind -> Text,
        actor_id -> Uuid,
        user_id -> Nullable<Uuid>,
        text -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    marks (user_id, room_id) {
        user_id -> Uuid,
        room_id -> Uuid,
        joined -> Bool,
        read_seq -> BigInt,
        rev -> BigInt,
        hidden_seq -> BigInt,
        muted -> Bool,
        favourite -> Bool,
        removed_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    directory (room_id) {
        room_id -> Uuid,
        name -> Text,
        topic -> Text,
        archived_at -> Nullable<Timestamptz>,
        hidden -> Bool,
        rev -> BigInt,
    }
}

diesel::table! {
    categories (id) {
        id -> Uuid,
        name -> Text,
        position -> Integer,
        removed -> Bool,
        rev -> BigInt,
    }
}

diesel::table! {
    invites (id) {
        id -> Uuid,
        room_id -> Uuid,
        code_hash -> Bytea,
        created_by -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        max_uses -> Nullable<Integer>,
        uses -> Integer,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    messages (id) {
        id -> Uuid,
        room_id -> Uuid,
        seq -> BigInt,
        rev -> BigInt,
        kind -> Text,
        author_id -> Uuid,
        body -> Text,
        fingerprint -> Bytea,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        parent_id -> Nullable<Uuid>,
        thread_root_id -> Nullable<Uuid>,
        in_room -> Bool,
        extra -> Nullable<Jsonb>,
        reply_count -> BigInt,
        last_reply_at -> Nullable<Timestamptz>,
        participants -> Nullable<Array<Uuid>>,
        pinned_at -> Nullable<Timestamptz>,
        pinned_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    mentions (user_id, room_id, seq) {
        user_id -> Uuid,
        room_id -> Uuid,
        seq -> BigInt,
        author_id -> Uuid,
        thread_root_id -> Nullable<Uuid>,
        in_room -> Bool,
    }
}

diesel::table! {
    thread_people (user_id, root_id) {
        user_id -> Uuid,
        root_id -> Uuid,
    }
}

diesel::table! {
    reactions (message_id, emoji, user_id) {
        message_id -> Uuid,
        emoji -> Text,
        user_id -> Uuid,
        room_id -> Uuid,
        seq -> BigInt,
        removed -> Bool,
        count -> BigInt,
        rev -> BigInt,
    }
}

diesel::table! {
    thread_marks (user_id, root_id) {
        user_id -> Uuid,
        root_id -> Uuid,
        room_id -> Uuid,
        following -> Nullable<Bool>,
        read_seq -> BigInt,
        rev -> BigInt,
    }
}

diesel::table! {
    drafts (user_id, room_id, root_id) {
        user_id -> Uuid,
        room_id -> Uuid,
        root_id -> Uuid,
        body -> Text,
        updated_at -> Timestamptz,
        rev -> BigInt,
    }
}

diesel::table! {
    saved (user_id, message_id) {
        user_id -> Uuid,
        message_id -> Uuid,
        room_id -> Uuid,
        saved_at -> Timestamptz,
        remind_at -> Nullable<Timestamptz>,
        reminded_at -> Nullable<Timestamptz>,
        removed -> Bool,
        rev -> BigInt,
    }
}

diesel::table! {
    scheduled (id) {
        id -> Uuid,
        user_id -> Uuid,
        room_id -> Uuid,
        parent_id -> Nullable<Uuid>,
        body -> Text,
        send_at -> Timestamptz,
        state -> Text,
        rev -> BigInt,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    blocks (user_id, blocked_id) {
        user_id -> Uuid,
        blocked_id -> Uuid,
        removed -> Bool,
        rev -> BigInt,
    }
}

diesel::table! {
    preferences (user_id) {
        user_id -> Uuid,
        #[sql_name = "preferences"]
        value -> Jsonb,
        rev -> BigInt,
    }
}

diesel::table! {
    searches (id) {
        id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        query -> Text,
        seen_at -> Timestamptz,
        removed -> Bool,
        rev -> BigInt,
    }
}

diesel::table! {
    message_versions (message_id, rev) {
        message_id -> Uuid,
        rev -> BigInt,
        body -> Text,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    votes (message_id, user_id) {
        message_id -> Uuid,
        user_id -> Uuid,
        room_id -> Uuid,
        seq -> BigInt,
        options -> Array<BigInt>,
        anonymous -> Bool,
        counts -> Array<BigInt>,
        voters -> BigInt,
        rev -> BigInt,
    }
}

diesel::table! {
    poll_closings (message_id) {
        message_id -> Uuid,
        room_id -> Uuid,
        closes_at -> Timestamptz,
    }
}

diesel::table! {
    bots (user_id) {
        user_id -> Uuid,
        owner_id -> Uuid,
        created_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    bot_tokens (session_id) {
        session_id -> Uuid,
        user_id -> Uuid,
        token_hash -> Bytea,
        name -> Text,
        scopes -> Array<Text>,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    incoming_hooks (id) {
        id -> Uuid,
        room_id -> Uuid,
        user_id -> Uuid,
        token_hash -> Bytea,
        created_by -> Uuid,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    outgoing_hooks (id) {
        id -> Uuid,
        room_id -> Uuid,
        url -> Text,
        events -> Array<Text>,
        trigger_words -> Array<Text>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        rev -> BigInt,
        scanned_at -> Timestamptz,
        failures -> BigInt,
        disabled_at -> Nullable<Timestamptz>,
        disabled_reason -> Nullable<Text>,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Uuid,
        hook_id -> Uuid,
        place -> BigInt,
        event -> Text,
        body -> Text,
        created_at -> Timestamptz,
        attempts -> BigInt,
        status -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        delivered_at -> Nullable<Timestamptz>,
        next_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    bot_commands (bot_id, name) {
        bot_id -> Uuid,
        name -> Text,
        description -> Text,
        usage -> Text,
    }
}

diesel::table! {
    calls (id) {
        id -> Uuid,
        bot_id -> Uuid,
        user_id -> Uuid,
        room_id -> Uuid,
        name -> Text,
        text -> Text,
        created_at -> Timestamptz,
        rev -> BigInt,
    }
}

diesel::table! {
    notes (id) {
        id -> Uuid,
        user_id -> Uuid,
        bot_id -> Uuid,
        room_id -> Uuid,
        body -> Text,
        created_at -> Timestamptz,
        rev -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    site,
    users,
    user_heads,
    sessions,
    rooms,
    room_heads,
    members,
    events,
    marks,
    directory,
    categories,
    invites,
    messages,
    message_versions,
    mentions,
    thread_people,
    reactions,
    thread_marks,
    drafts,
    saved,
    scheduled,
    blocks,
    preferences,
    votes,
    poll_closings,
    bots,
    bot_tokens,
    incoming_hooks,
    outgoing_hooks,
    deliveries,
    bot_commands,
    calls,
    notes,
    searches,
);
