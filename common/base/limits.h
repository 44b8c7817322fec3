/* Every limit, one per line: unit, reason, what happens there. Nothing in the product grows past a number on this page. */
#ifndef JL_BASE_LIMITS_H
#define JL_BASE_LIMITS_H
#define JL_FRAME_HEADER 12                 /* bytes */
#define JL_FRAME_PAYLOAD_MAX 65536         /* bytes of a data frame; a longer message is cut into frames; more: session closed */
#define JL_MESSAGE_MAX 1048576             /* bytes of a whole message after login; more: session closed */
#define JL_MESSAGE_MAX_BEFORE_LOGIN 4096   /* bytes; more: session closed */
#define JL_COMPRESS_FROM 1024              /* bytes of a message; shorter ones are sent as they are */
#define JL_TLS_RESUME_S 43200              /* seconds after a whole handshake in which short ones may follow it, however often its ticket was renewed */
#define JL_LOGIN_DEADLINE_MS 10000         /* from connect to login, a check that is under way apart; then closed */
#define JL_UNPACK_FACTOR 32                /* arena of an unpacked message <= factor x bytes + slack; more: TOO_LARGE. A cell of 6 bytes takes 150 */
#define JL_UNPACK_SLACK 16384              /* bytes */
#define JL_UNPACK_MAX 25165824             /* bytes, whatever the message's size */
#define JL_RECORD_MAX 65536                /* bytes of one canonical record; more: TOO_LARGE */
#define JL_TEXT_MERGE_MAX 65536            /* bytes of a long text that is merged; a longer one: conflict */
#define JL_TEXT_MERGE_ROUNDS 8             /* times a group has texts merged, when they change again meanwhile; then: conflict */
#define JL_TEXT_MERGE_BYTES 4194304        /* bytes of texts merged for one group; more: conflict */
#define JL_TEXT_MERGES 2                   /* merges at a time, of all spaces; others wait */
#define JL_GROUP_MAX_EDITS 2000            /* edits in one group; more: TOO_LARGE (imports cut into groups) */
#define JL_IMPORT_NAME_MAX 120             /* bytes */
#define JL_TABLE_FILE_MAX 1073741824ULL    /* bytes of a file that a table is read from; more: TOO_LARGE */
#define JL_TABLE_CELL_MAX 65536            /* bytes of one value of it, as of a record; more: TOO_LARGE */
#define JL_TABLE_ROW_MAX 1048576           /* bytes of one row; more: TOO_LARGE */
#define JL_TABLE_COLUMNS_MAX 1024          /* more: TOO_LARGE */
#define JL_TABLE_HEADER_LINES 30           /* rows among which the line that names the columns is looked for */
#define JL_TABLE_SKIPPED 200               /* rows that were passed over and are listed; more are counted */
#define JL_WORKBOOK_FILES 4096             /* files in a workbook; more: refused */
#define JL_WORKBOOK_PART 536870912         /* bytes of one of them, unpacked; more: TOO_LARGE */
#define JL_WORKBOOK_RATIO 200              /* bytes unpacked for one packed, from JL_WORKBOOK_RATIO_FROM on; more: refused as a bomb */
#define JL_WORKBOOK_RATIO_FROM 8388608
#define JL_WORKBOOK_TEXTS 134217728        /* bytes of all texts that its cells share; more: TOO_LARGE */
#define JL_WORKBOOK_SHEETS 256             /* more: TOO_LARGE */
#define JL_WORKBOOK_MERGED 4096            /* ranges of merged cells of a sheet; more: TOO_LARGE */
#define JL_GROUP_MAX_BYTES 524288          /* bytes of one group; more: TOO_LARGE */
#define JL_REVISION_BYTES 983040           /* bytes of what one group changes, old values too, as the log has it; more: TOO_LARGE */
#define JL_INFLIGHT_GROUPS 256             /* submitted and undecided per session; more: reading pauses */
#define JL_SESSION_INFLIGHT_BYTES 4194304  /* bytes of unfinished requests per session; more: reading pauses */
#define JL_SERVER_INFLIGHT_BYTES 268435456 /* bytes of unfinished requests of all sessions; more: OVERLOADED */
#define JL_REQUEST_ARENA 25165824          /* bytes one request may take while it is worked on; more: TOO_LARGE */
#define JL_UNCONFIRMED_VERDICTS 512        /* per lane; beyond it the oldest answers DECIDED */
#define JL_BATCH_GROUPS 256                /* groups a space commits at once */
#define JL_BATCH_BYTES 1048576
#define JL_BULK_BYTES 65536                /* a group of so many is an import's: one of them in a batch, so that the edits of others go on within 50 ms */
#define JL_LANES_TAIL 256                  /* revisions that lanes' rows may lack, read from the log when a space is opened; fewer than
                                              JL_UNCONFIRMED_VERDICTS, so that a lane's window holds them beside what was not confirmed */
#define JL_BATCH_ARENA_BYTES 67108864      /* memory of one batch while it is evaluated and committed; one group over it: TOO_LARGE */
#define JL_TRANSACTION_GROUPS 512          /* groups of all spaces in one transaction of a commit lane */
#define JL_QUEUE_GROUPS 4096               /* waiting per space; more: OVERLOADED */
#define JL_SUBSCRIPTIONS 64                /* per session; more: OVERLOADED */
#define JL_REHEARSALS 4                    /* imports that are tried at a time, of all spaces; more: OVERLOADED */
#define JL_REHEARSAL_BYTES 268435456       /* bytes of records that they hold together, the plans' own counted for each; more: OVERLOADED */
#define JL_REHEARSAL_IDLE_S 60             /* after its last part an import that is tried is forgotten; so it is with its connection */
#define JL_QUEUE_BYTES 16777216            /* bytes of groups waiting per space; more: OVERLOADED */
#define JL_QUEUE_WAIT_MS 10000             /* a group waits this long for an unreachable database; then UNAVAILABLE (setting database-wait-ms) */
#define JL_SPACE_LANES 65536               /* replicas that ever wrote to one space; more: OVERLOADED. Those that are stored are all read */
#define JL_ACCOUNT_LANES 8192              /* of these, of one account, whatever became of its groups; more: OVERLOADED */
#define JL_SPACE_AGAIN 1048576             /* groups of one space that were sent again in another lane, remembered; more: OVERLOADED */
#define JL_FEED_RING_BYTES 4194304         /* last changes in memory per space; older ones are read from the log */
#define JL_HORIZON_FACTOR 2                /* a copy follows at most so many times the space's own bytes of log; then a snapshot is less work */
#define JL_HORIZON_BYTES 4194304           /* and this much in any case */
#define JL_HORIZON_DAYS 30                 /* older revisions are not followed: snapshot */
#define JL_HORIZON_LOOK_S 3600             /* between two looks at a space that is written to little */
#define JL_LEASE_MS 6000                   /* a node keeps a space's lease so long after its last write */
#define JL_LEASE_WAIT_MS 30                /* a node without the lease holds its batches back so long */
#define JL_SESSION_QUEUE_SOFT 1048576      /* bytes waiting to be sent: subscriptions go to lag mode */
#define JL_SERVER_QUEUE_BYTES 268435456    /* bytes waiting to be sent in all sessions; more: each subscription lags from JL_SESSION_QUEUE_SHARE on */
#define JL_SESSION_QUEUE_SHARE 65536       /* bytes a session may have waiting while the server has too many */
#define JL_SESSION_QUEUE_HARD 8388608      /* bytes: closed */
#define JL_SESSION_STALL_MS 60000          /* no progress with bytes waiting: closed (setting stall-ms) */
#define JL_SESSIONS_MAX 2048               /* connections; more: refused with OVERLOADED */
#define JL_SESSIONS_UNAUTHENTICATED 500    /* without login, of strangers, and as many of known addresses (server/net/entrance.c); more: OVERLOADED */
#define JL_SOURCE_UNAUTHENTICATED 128      /* the same of one address that is not this machine; more: OVERLOADED */
#define JL_SOURCE_CONNECTIONS 512          /* connections from one address that is not this machine; more: refused with OVERLOADED */
#define JL_ACCOUNT_SUBSCRIPTIONS 4096      /* of all connections of an account; more: OVERLOADED */
#define JL_ACCOUNT_SNAPSHOTS 3600          /* whole copies of a space that an account may begin in an hour; more: OVERLOADED */
#define JL_LOGIN_QUEUE 16                  /* password checks waiting for a worker in each lane (server/auth/turns.h); more: OVERLOADED */
#define JL_LOGIN_STRANGERS_TURN 4          /* while both lanes wait, one check in so many is a stranger's */
#define JL_LOGIN_KNOWN_S 2592000           /* seconds that an address where somebody got in is no stranger's: 30 days */
#define JL_LOGIN_KNOWN_SOURCES 4096        /* addresses and accounts seen together; the longest unused goes */
#define JL_LOGIN_SHARE_PERCENT 5           /* of all processors, for checks of passwords over time; then they wait in the queue */
#define JL_LOGIN_BURST_MS 600              /* of processor time, before the share holds: some 30 checks */
#define JL_LOGIN_FAILURES 10               /* per account in JL_LOGIN_WINDOW_S; then LOGIN_LIMITED until the window ends */
#define JL_LOGIN_WINDOW_S 900
#define JL_ONE_TIME_S 604800               /* seconds that a password given by an administrator is good for; then like a wrong one */
#define JL_TOKEN_SPACES 16                 /* plans that one token may be limited to; more: INVALID */
#define JL_TOKEN_DAYS 366                  /* days, the longest life of a token; more: INVALID */
#define JL_PASSWORD_MIN 8                  /* characters */
#define JL_PASSWORD_ADVISED 15             /* shorter ones are taken, with a word about it */
#define JL_PASSWORD_MAX 128
#define JL_VIEW_MAX 1048576                /* bytes of an encoded view document; more: its rows come in pages */
#define JL_VIEW_TURN_MS 5                  /* a turn of the loop builds watched views this long; the rest waits for the next */
#define JL_PRESENCE_MS 30000               /* who does not tell again where he is has left */
#define JL_PRESENCE_PER_SECOND 5           /* told by one connection; more: OVERLOADED */
#define JL_PRESENCE_INTERVAL_MS 200        /* between two lists of a space, and a millisecond more for each who is told */
#define JL_PRESENCE_LISTED 50              /* persons in a list; more are counted */
#define JL_SNAPSHOT_TURN_MS 5             /* a turn of the loop makes snapshots this long; the rest waits for the next */
#define JL_VIEW_CACHE_BYTES 33554432       /* encoded documents per server; least recently used goes */
#define JL_SEEN_REPLICAS 6 /* of a space: what readers of different sections see of it, kept beside it */
#define JL_SPACE_RECORDS 1000000           /* records in memory per space; more: refused */
#define JL_PAST_BYTES 67108864             /* spaces as they were, in memory; the least recently used goes, and none while it is used */
#define JL_PAST_STEP 4096                  /* revisions between two stored states of a space, and one for 8 records */
#define JL_PAST_FOLDS 2                    /* past states that are made at a time; others wait */
#define JL_PAST_QUESTIONS 4                /* questions that hold past states at a time, three each at most; others wait */
#define JL_PAST_WAITING 256                /* questions that wait for past states; more: OVERLOADED */
#define JL_SPACES_OPEN 1024                /* spaces in memory; the longest idle is closed */
#define JL_LOCAL_REVISIONS 50000           /* changes of a space kept in a client's local copy, the newest; older ones are asked of the server */
#define JL_LOCAL_LOG_S 2592000             /* seconds that they are kept: 30 days */
#define JL_OUTBOX_GROUPS 20000             /* groups of a client that wait, were refused or are parked; more: the edit is refused */
#define JL_OUTBOX_BYTES 134217728          /* bytes of these groups; more: the edit is refused */
#define JL_OUTBOX_DONE_S 604800            /* seconds that an applied group is kept, to be offered again after a loss: 7 days */
#define JL_AUTOMATIONS 100                 /* automations of a plan; more: refused */
#define JL_AUTOMATION_DEPTH 4              /* automations that set each other off, one after the other; deeper: cut, and said in the log */
#define JL_AUTOMATION_FIRINGS 64           /* firings of automations in one group; more: cut, and said in the log */
#define JL_AUTOMATION_LOOK_S 30            /* between two looks for automations that a day fires (setting automation-look-s) */
#define JL_AUTOMATION_LOOKED 20000          /* records that are looked at in one turn for automations that a day fires */
#define JL_AUTOMATION_DUE 64               /* firings by a day in one group of the server; the others are in the next ones */
#define JL_OUTBOX_WINDOW 32                /* groups of a lane that are under way at once */
#endif
