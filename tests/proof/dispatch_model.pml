/* A model of dispatch: one order of one enterprise, from the decision to the receipt on record, through every crash.
 *
 * SPIN visits every state that can be reached with so many revisions and so many faults (dispatch_model.py says how
 * many), and shows of all of them:
 *
 *   safety    S1  the agent never goes back to a lower revision, whatever comes again, late or in another order
 *             S2  the agent holds no order that is not a stored decision
 *             S3  a receipt on record is of the revision in force, and the agent has that revision on its disk
 *             S4  what the bureau has acknowledged to the broker is durable with it
 *             S5  what the agent has acknowledged to the broker is durable with it
 *             S6  what the agent lets go of is durable with the bureau
 *   liveness  L   once faults have ended, and however the steps fall: the broker holds the order in force; an agent
 *                 that lives holds it too, its receipt is on record, and nothing waits; where the agent is dead, the
 *                 order is answered or on the phone list
 *
 * What stands for what:
 *
 *   Bureau      "a person decides"   daemon/orders/orders.cpp put_orders(), order_rows.cpp OrderWriter
 *               "dispatcher"         daemon/orders/dispatcher.cpp; order_rows.cpp PublishedWriter
 *               "link and watch"     daemon/mqtt/link.cpp; daemon/orders/broker_watch.cpp, order_watch.cpp
 *               "intake"             daemon/readings/intake.cpp (journal), batch.cpp; daemon/orders/receipts.cpp,
 *                                    receipt.cpp judge_receipt(); order_rows.cpp ask_again()
 *               "phone list"         daemon/orders/receipts.cpp list_overdue(), receipt_rows.cpp insert_overdue()
 *   Broker      an MQTT broker: what is retained, a session for each side, messages on their way
 *   Agent       daemon/agent/order_check.cpp judge_order(), order_state.cpp, order_desk.cpp, spool.cpp, sender.cpp,
 *               agent.cpp say_online(); marks: daemon/readings/mark_writer.cpp, mark_publisher.cpp
 *   Faults      a link that ends; a crash of the daemon, of the agent, of the broker (it keeps everything, loses
 *               everything, or comes back with what it held before); messages lost, doubled, out of order
 *
 * Where the model is simpler than the program, and why that is enough:
 *
 *   - One enterprise. Rows of others are other rows; what all share, the window of publications and the search for
 *     an order that makes the broker end the link (cut_finder.cpp), is not in the model.
 *   - `unsettled` is `satisfied < wanted`, and `flight_is_old` that `wanted` has risen since it was sent. Nothing
 *     else is ever asked of the two numbers.
 *   - A crash is one step that drops what is in memory. How long somebody is away makes no difference: it is as if
 *     the steps of the others came first.
 *   - Messages to one side are a set, so their order is any. A message of one revision counts once: a second copy
 *     does what a doubled one does. What the broker has not read when a link ends is gone, as MQTT demands.
 *   - Clocks are not in it. A pause may end at any time, and a deadline of a receipt may pass at any time. What a
 *     sender repeats after a while it repeats when nothing of it is on its way any more.
 *   - A state of a receipt is `received`; accepted, executing, done and refused do not change who holds what.
 *   - A mark reaches the agent in one step. One that is lost is told again at the next connect.
 *   - An order that the broker refuses, orders of exercises, changes of keys, forged orders, other channels (SMS,
 *     webhook), a database brought back from a copy and the ladder of the roster are not in it.
 *   - A receipt for a revision that was never issued may come at any time. One that is held back by its forger until
 *     the revision exists would be believed as a claim; against that stand signed receipts (receipt_proof.cpp).
 *
 * A planted fault is a number of the list below, given to a run as PLANTED. Each takes one care away, and the
 * checker must refuse every one of them. Nothing of them is in a run with PLANTED 0.
 */

/* ---- planted faults ---- */
#define IS(fault) (planted == fault)
/* decision */
#define DECISION_ASKS_NOTHING 1            /* the row is stored, and nothing asks for its publication */
#define PUBLISHED_BEFORE_STORED 2
#define REVISIONS_BEGIN_ANEW 3             /* after a restart */
#define RECEIPT_OUTLIVES_REVISION 4
#define LISTED_ONCE_FOR_ALL 5              /* a call that was made about one revision is none about the next */
/* publication */
#define NOT_RETAINED 6
#define SETTLED_WHEN_SENT 7                /* the outbox is cleared before the broker has answered */
#define CUT_IS_TAKEN 8                     /* a link that ends with an order on its way: it will have arrived */
#define TWO_ON_THE_WAY 9                   /* a newer order does not wait for the answer to an older one */
#define OLD_ANSWER_SETTLES_NEW 10
/* what the broker holds */
#define NOTHING_COMPARED 11                /* nothing is published again at a connect */
#define COMPARED_WITHOUT_SESSION 12        /* only where the broker says that it knows us not */
#define OLDER_COUNTS_AS_HELD 13
#define ANSWER_OF_LINK_BEFORE_NOTED 14     /* an answer that is noted after its link has ended still settles */
#define ANSWERED_ON_LINK_BEFORE_COUNTS 15  /* what an earlier link answered is taken for held on this one */
#define COMPARED_ONCE 16                   /* at the first connect of a process and no more */
/* intake */
#define ACKNOWLEDGED_BEFORE_APPENDED 17
#define JOURNAL_NOT_READ 18                /* at the start */
#define OLD_RECEIPT_CLOSES_NEW 19
#define UNKNOWN_RECEIPT_BELIEVED 20
#define RECEIPT_IN_MEMORY 21
#define MARK_BEFORE_APPENDED 22
/* agent */
#define AGENT_BELIEVES_BROKER 23           /* lets go of a receipt when the broker has acknowledged it */
#define AGENT_TAKES_LOWER 24
#define AGENT_REVISION_IN_MEMORY 25
#define AGENT_ACKNOWLEDGES_FIRST 26
#define AGENT_ANSWERS_FIRST 27             /* before the order is on its disk */
#define AGENT_NOTES_ANSWER_FIRST 28        /* before the receipt is */
#define AGENT_SENDS_ONCE 29
/* the phone list, and what is taken for an answer */
#define NOBODY_IS_LISTED 30
#define BROKERS_ANSWER_IS_RECEIPT 31
#define OLD_RECEIPT_CLOSES_CALL 32

/* ---- documents: a revision, and what it says: 0 nothing is owed, 1 and 2 two different things ---- */
#define DOC(revision, says) (((revision) << 2) + (says))
#define REV(doc) ((doc) >> 2)
#define SAYS(doc) ((doc) & 3)
#define BIT(n) (1 << (n))

/* ---- of a run ---- */
byte planted, revisions;
byte faults;              /* that may still come, of any kind */
bool may_die;             /* the agent, for good, at any time */
bool lists;               /* deadlines may pass */

/* ---- the store ---- */
byte row;                 /* orders: the document in force; 0: none */
byte issued[4];           /* order_revisions */
bool unsettled;           /* satisfied < wanted */
bool receipt;             /* receipt_state of the row */
byte call;                /* phone_list: 0 none, 1 open, 2 done */
byte journal;             /* receipts that are in the journal and not yet in the tables; a bit for each revision */
byte passed;              /* receipts that the mark has passed, and the agent does not know it */

/* ---- the daemon's memory ---- */
bool linked;
byte flight; bool flight_is_old;   /* in_flight_ */
byte answer; bool answer_is_old;   /* acknowledged_ */
bool answered_here;                /* on_link_ */
bool compares; byte held;          /* what the broker told when it was asked, not yet compared */
byte draft, unwritten;             /* planted ones only */
bool restarted;                    /* the same */

/* ---- the broker, and what is on its way ---- */
unsigned wire : 16;       /* from the daemon; a bit for each document */
unsigned back : 16;       /* its answers to these */
byte retained;
bool knows_daemon, knows_agent;
unsigned inbox : 16;      /* for the agent, until it acknowledges */
byte outbox;              /* receipts for the bureau, until it acknowledges */
bool online;              /* "online" for the bureau */

/* ---- the agent: its disk, its memory ---- */
byte record;
byte noted;               /* the revision that was answered */
byte spool;               /* receipts that were not let go */
bool agent_linked, must_ask, is_dead;
byte hand, owes, sent;    /* planted ones only */

/* ---- what was; the properties ask for it, the parties do not ---- */
byte highest;             /* revision that the agent had on its disk */
byte was_told;            /* receipts acknowledged by the bureau, and not yet in the tables */

hidden byte d, r;

#define ON_THE_WAY (outbox | unwritten | journal | passed)
#define IS_QUIET (!online && !inbox && !unsettled && !flight && !answer && !wire)

/* Nondeterministic: one of the documents, or receipts, of a set. */
inline any_document(set) {
  if
  :: (set & BIT(5)) -> d = 5
  :: (set & BIT(6)) -> d = 6
  :: (set & BIT(8)) -> d = 8
  :: (set & BIT(9)) -> d = 9
  :: (set & BIT(10)) -> d = 10
  :: (set & BIT(12)) -> d = 12
  :: (set & BIT(13)) -> d = 13
  :: (set & BIT(14)) -> d = 14
  fi
}
inline any_receipt(set) {
  if
  :: (set & BIT(1)) -> r = 1
  :: (set & BIT(2)) -> r = 2
  :: (set & BIT(3)) -> r = 3
  fi
}

inline ask() {            /* wanted = wanted + 1 */
  unsettled = true;
  flight_is_old = (flight != 0);
  answer_is_old = (answer != 0)
}

/* ---- the bureau ---- */

inline commit(doc) {
  row = doc;
  issued[REV(row)] = row;
  if :: IS(RECEIPT_OUTLIVES_REVISION) -> skip :: else -> receipt = false fi;
  if :: IS(LISTED_ONCE_FOR_ALL) -> skip :: else -> call = 0 fi;
  if :: IS(DECISION_ASKS_NOTHING) -> skip :: else -> ask() fi;
  assert(!receipt || highest >= REV(row))            /* S3 */
}

inline decide(says) {
  r = REV(row) + 1;
  if :: IS(REVISIONS_BEGIN_ANEW) && restarted -> r = 1 :: else fi;
  if
  :: IS(PUBLISHED_BEFORE_STORED) -> draft = DOC(r, says)
  :: else -> commit(DOC(r, says))
  fi;
  r = 0
}

inline publish(doc) {
  flight = doc; flight_is_old = false;
  wire = wire | BIT(doc);
  if :: IS(SETTLED_WHEN_SENT) -> unsettled = false :: else fi
}

inline believe(revision) {
  receipt = true;
  if :: call == 1 -> call = 2 :: else fi;
  assert(revision == REV(row));                      /* S3 */
  assert(highest >= REV(row))                        /* S3 */
}

inline judge(revision) {
  if
  :: row && revision == REV(row) -> if :: !receipt -> believe(revision) :: else fi
  :: row && revision < REV(row) ->
     if
     :: IS(OLD_RECEIPT_CLOSES_NEW) -> believe(revision)
     :: IS(OLD_RECEIPT_CLOSES_CALL) && call == 1 -> call = 2
     :: else
     fi
  :: row && revision > REV(row) -> if :: IS(UNKNOWN_RECEIPT_BELIEVED) -> believe(revision) :: else fi
  :: !row
  fi
}

proctype Bureau() {
end:
  do
  /* a person decides: an order, another, a lift */
  :: d_step { REV(row) < revisions && !draft && SAYS(row) == 0 -> decide(1) }
  :: d_step { REV(row) < revisions && !draft && SAYS(row) == 1 -> decide(2) }
  :: d_step { REV(row) < revisions && !draft && SAYS(row) != 0 -> decide(0) }
  :: d_step { draft && (flight == draft || answer == draft) -> commit(draft); draft = 0 }

  /* dispatcher */
  :: d_step { linked && unsettled && !flight && !answer && !draft -> publish(row) }
  :: d_step { linked && draft && !flight && !answer -> publish(draft) }
  :: d_step { IS(TWO_ON_THE_WAY) && linked && unsettled && flight && flight_is_old -> publish(row) }
  :: d_step { flight && (back & BIT(flight)) ->
       back = 0; answer = flight; answer_is_old = flight_is_old; answered_here = true;
       flight = 0; flight_is_old = false }
  :: d_step { answer ->
       if :: !answer_is_old || IS(OLD_ANSWER_SETTLES_NEW) -> unsettled = false :: else fi;
       if :: IS(BROKERS_ANSWER_IS_RECEIPT) && answer == row && !receipt -> believe(REV(row)) :: else fi;
       answer = 0; answer_is_old = false }

  /* link and watch */
  :: d_step { !linked ->
       linked = true;
       compares = true;
       if
       :: IS(NOTHING_COMPARED) || (IS(COMPARED_ONCE) && restarted) -> compares = false
       :: IS(COMPARED_WITHOUT_SESSION) && knows_daemon -> compares = false
       :: else
       fi;
       if :: IS(COMPARED_ONCE) -> restarted = true :: else fi;
       if :: compares -> held = retained :: else fi;
       knows_daemon = true }
  :: d_step { compares ->
       if
       :: held == row -> skip
       :: held == 0 && row -> if :: !unsettled && !answered_here -> ask() :: else fi
       :: else -> if :: !unsettled && !IS(OLDER_COUNTS_AS_HELD) -> ask() :: else fi
       fi;
       compares = false; held = 0 }

  /* intake */
  :: d_step { linked && online -> online = false; if :: row -> ask() :: else fi }
  :: atomic { linked && outbox ->
       any_receipt(outbox);
       if
       :: IS(ACKNOWLEDGED_BEFORE_APPENDED) -> unwritten = unwritten | BIT(r)
       :: else -> journal = journal | BIT(r)
       fi;
       if
       :: outbox = outbox & ~BIT(r); was_told = was_told | BIT(r)
       :: faults -> faults--                         /* the acknowledgement is lost */
       fi;
       r = 0 }
  :: d_step { unwritten -> journal = journal | unwritten; unwritten = 0 }
  :: atomic { journal ->
       any_receipt(journal);
       journal = journal & ~BIT(r); was_told = was_told & ~BIT(r);
       passed = passed | (spool & BIT(r));
       judge(r); r = 0 }

  /* phone list */
  :: d_step { lists && row && !receipt && call == 0 && !IS(NOBODY_IS_LISTED) -> call = 1 }
  od
}

/* ---- the broker ---- */

proctype Broker() {
end:
  do
  :: atomic { wire ->
       any_document(wire);
       wire = wire & ~BIT(d); back = back | BIT(d);
       if :: IS(NOT_RETAINED) -> skip :: else -> retained = d fi;
       if :: knows_agent -> inbox = inbox | BIT(d) :: else fi;
       d = 0 }
  od
}

/* ---- the agent ---- */

inline take(doc) {
  if
  :: doc == record -> must_ask = false
  :: doc != record && REV(doc) == REV(record) -> must_ask = true
  :: REV(doc) < REV(record) && !IS(AGENT_TAKES_LOWER) -> must_ask = true
  :: else ->
     assert(REV(doc) >= highest);                    /* S1 */
     assert(issued[REV(doc)] == doc);                /* S2 */
     record = doc; must_ask = false;
     highest = REV(doc)
  fi
}

#define NOT_SENT (spool & ~(sent | ON_THE_WAY))
#define MARKED (spool & (passed | (IS(MARK_BEFORE_APPENDED) -> outbox : 0)))

proctype Agent() {
end:
  do
  /* what is retained comes at each connect, and "online" has the order sent once more */
  :: d_step { !agent_linked && !is_dead ->
       agent_linked = true; knows_agent = true;
       if :: retained -> inbox = inbox | BIT(retained) :: else fi;
       if :: knows_daemon -> online = true :: else fi }
  :: d_step { agent_linked && must_ask && IS_QUIET && knows_daemon -> online = true }

  /* an order comes; acknowledged when it is on the disk */
  :: atomic { agent_linked && !hand && inbox ->
       any_document(inbox);
       if
       :: IS(AGENT_ACKNOWLEDGES_FIRST) -> hand = d
       :: IS(AGENT_ANSWERS_FIRST) && REV(d) > REV(record) -> hand = d; spool = spool | BIT(REV(d)); noted = REV(d)
       :: else -> take(d)
       fi;
       if
       :: IS(AGENT_ANSWERS_FIRST) && hand -> skip
       :: else ->
          if
          :: inbox = inbox & ~BIT(d);
             assert(REV(record) >= REV(d))           /* S5 */
          :: faults && !hand -> faults--             /* the acknowledgement is lost */
          fi
       fi;
       d = 0 }
  :: d_step { hand -> take(hand); inbox = inbox & ~BIT(hand); hand = 0 }

  /* the receipt */
  :: d_step { record && noted != REV(record) && !is_dead ->
       if
       :: IS(AGENT_NOTES_ANSWER_FIRST) -> owes = owes | BIT(REV(record))
       :: else -> spool = spool | BIT(REV(record))
       fi;
       noted = REV(record) }
  :: d_step { owes -> spool = spool | owes; owes = 0 }
  :: d_step { agent_linked && knows_daemon && NOT_SENT ->
       r = NOT_SENT;
       outbox = outbox | r;
       if :: IS(AGENT_SENDS_ONCE) -> sent = sent | r :: else fi;
       if :: IS(AGENT_BELIEVES_BROKER) -> spool = spool & ~r :: else fi;
       r = 0 }
  :: d_step { agent_linked && linked && MARKED ->
       r = MARKED;
       assert((r & ~(journal | passed)) == 0);       /* S6 */
       spool = spool & ~r; passed = passed & ~r; r = 0 }
  od
}

/* ---- faults ---- */

inline end_link() {
  linked = false; wire = 0; back = 0; compares = false; held = 0;
  if
  :: IS(CUT_IS_TAKEN) && flight -> answer = flight; answer_is_old = flight_is_old
  :: IS(CUT_IS_TAKEN) && !flight -> skip
  :: IS(ANSWER_OF_LINK_BEFORE_NOTED) -> skip
  :: else -> answer = 0; answer_is_old = false
  fi;
  flight = 0; flight_is_old = false;
  if :: IS(ANSWERED_ON_LINK_BEFORE_COUNTS) -> skip :: else -> answered_here = false fi
}

inline end_agent_link() {
  agent_linked = false; hand = 0
}

proctype Faults() {
end:
  do
  /* the daemon's link, the agent's link; a publication that the client library does not take */
  :: d_step { faults && linked -> faults--; end_link() }
  :: d_step { faults && agent_linked -> faults--; end_agent_link() }
  :: d_step { faults && wire && flight -> faults--; wire = 0; flight = 0; flight_is_old = false }

  /* the daemon */
  :: d_step { faults -> faults--;
       end_link(); answer = 0; answer_is_old = false; answered_here = false;
       draft = 0; unwritten = 0; restarted = IS(REVISIONS_BEGIN_ANEW);
       if :: IS(JOURNAL_NOT_READ) -> journal = 0 :: else fi;
       if :: IS(RECEIPT_IN_MEMORY) -> receipt = false :: else fi;
       assert((was_told & ~journal) == 0) }          /* S4 */

  /* the agent */
  :: d_step { faults && !is_dead -> faults--;
       end_agent_link(); must_ask = false; owes = 0;
       if :: IS(AGENT_REVISION_IN_MEMORY) -> record = 0 :: else fi }
  :: d_step { may_die -> may_die = false; end_agent_link(); is_dead = true }

  /* the broker: it keeps everything, loses everything, or comes back with what it held before */
  :: d_step { faults && linked && agent_linked -> faults--; end_link(); end_agent_link() }
  :: d_step { faults && (knows_daemon || knows_agent) -> faults--;
       end_link(); end_agent_link();
       retained = 0; inbox = 0; outbox = 0; online = false; knows_daemon = false; knows_agent = false }
  :: d_step { faults && retained -> faults--;
       end_link(); end_agent_link();
       retained = issued[REV(retained) - 1]; inbox = 0; outbox = 0; online = false }

  /* messages that the broker drops: to an agent that is away, to the bureau */
  :: d_step { faults && inbox && !agent_linked -> faults--; inbox = 0 }
  :: d_step { faults && outbox -> faults--; outbox = 0 }
  :: d_step { faults && online -> faults--; online = false }

  /* a receipt for a revision that was never issued */
  :: d_step { faults && linked && row -> faults--; judge((REV(row) + 1)) }
  od
}

#define HAS_ARRIVED (record == row && spool == 0 && (row == 0 || receipt))
#define IS_ANSWERED_OR_LISTED (row == 0 || receipt || call == 1 || !lists)
#define HAS_COME_RIGHT (retained == row && IS_ANSWERED_OR_LISTED && (is_dead || HAS_ARRIVED))

/* ---- a story: what the store of a real run was seen to hold, one after the other ---- */

#define HOLDS (REV(row) * 4 + unsettled * 2 + receipt)
hidden byte story[200];
byte seen, told;

proctype Reader() {
end:
  do
  :: d_step { seen < told && story[seen] == HOLDS -> seen++ }
  :: d_step { told && seen == told && HAS_COME_RIGHT -> assert(seen != told) }
  od
}

init {
  c_code {
    const char* text = getenv("PLANTED");
    now.planted = text ? atoi(text) : 0;
    text = getenv("REVISIONS");
    now.revisions = text ? atoi(text) : 2;
    text = getenv("FAULTS");
    now.faults = text ? atoi(text) : 0;
    text = getenv("MAY_DIE");
    now.may_die = text ? atoi(text) : 0;
    now.lists = now.may_die;
    text = getenv("STORY");
    for (; text && *text && now.told < 200; text += *text == ',') story[now.told++] = strtol(text, (char**)&text, 10);
  };
  atomic {
    run Faults(); run Bureau(); run Broker(); run Agent();
    if :: told -> run Reader() :: else fi
  }
}

ltl comes_right { <> [] HAS_COME_RIGHT }  /* L */
