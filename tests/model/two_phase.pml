/*
 * One batch of a two-phase provider (initiate moves nothing, approve pays):
 * two racing workers, leases that end at any moment, kills at every step, lost
 * requests and answers, callbacks that repeat and lie, a person who cancels.
 * Each atomic block is one transaction, or one step of the provider.  States
 * and events carry the names of engine/book/states.c.
 *
 *   STORED 1  the id read back from the database is approved (0: the one this
 *             worker was answered; must fail)
 *   WIRE   1  "waiting" is believed only when no approve can be on its way
 *             (with GUARD it is a second belt: 0 holds as well)
 *   GUARD  1  the provider refuses an approve of a file that does not wait
 *             (0 must fail: the assumption the protocol rests on)
 *   RACE   0  (1: two approves of one file at the same instant both pass at the
 *             provider; must fail: a process frozen between its door and its
 *             first byte can meet its successor, and nothing here can help it)
 *   VERIFY 1  a callback only makes us ask (0 must fail)
 *   ASK    1  after a lost answer the status decides (0: approve is said to
 *             have failed, and the batch is cancelled; must fail)
 */
#define FILES 4
mtype = { ready, initiating, initiated, releasing, in_flight, in_doubt, done,
          cancelled };
mtype = { undecided, paid };

mtype st = ready, verdict = undecided;
byte epoch = 0;
bool left = false;
byte claims = 0, rounds = 0, lost = 0;
byte stored = 0;                /* batch.tracking_id, 0: none */
byte made = 0;                  /* files at the provider, 1 .. made */
bool waits[FILES];
bool released[FILES];
byte moved = 0;
chan wire = [2] of { byte };    /* approves on their way, by the file named */
bool called = false, forged = false;
bool sealed = false;            /* cancelled, and nothing can be paid any more */
bool told = false;              /* cancelled, and paid: a person hears of it */

proctype worker() {
    byte mine = 0, id = 0;

end:
    do
    :: atomic { st == ready && claims < 3 ->            /* claim_initiate */
           claims++; epoch++; mine = epoch; st = initiating; id = 0 }
       if
       :: skip                                          /* killed */
       :: atomic { made < FILES - 1 -> made++; waits[made] = true; id = made }
          if
          :: skip                                       /* answer lost, killed */
          :: atomic { if
                      :: epoch == mine && st == initiating ->   /* initiated */
                          if :: stored == 0 -> stored = id :: else -> skip fi;
                          st = initiated
                      :: !STORED && st == initiated -> skip
                      :: else -> id = 0
                      fi }
          fi
       fi
    :: atomic { st == initiated && rounds < 3 ->        /* claim_release */
           rounds++; epoch++; mine = epoch; st = releasing; left = false;
           if :: STORED || id == 0 -> id = stored :: else -> skip fi }
       if
       :: skip                                          /* killed before it */
       :: atomic { st == releasing && epoch == mine -> left = true }  /* door */
          if
          :: skip                                       /* killed behind it */
          :: atomic { nfull(wire) -> wire!id }          /* it leaves */
             if
             :: skip                                    /* no answer, killed */
             :: atomic { released[id] ->                /* released */
                    if
                    :: epoch == mine && st == releasing -> st = in_flight
                    :: else -> skip
                    fi }
             :: atomic { if                             /* no_answer */
                         :: epoch == mine && st == releasing && ASK ->
                             st = in_doubt
                         :: epoch == mine && st == releasing && !ASK ->
                             st = cancelled; sealed = true
                         :: else -> skip
                         fi }
             fi
          fi
       fi
    od
}

proctype leases() {
end:
    do
    :: atomic { st == initiating -> st = ready }        /* initiate_lost */
    :: atomic { st == releasing && left ->              /* no_answer */
           if
           :: ASK -> st = in_doubt
           :: else -> st = cancelled; sealed = true
           fi }
    :: atomic { st == releasing && !left -> st = initiated }  /* not_released */
    od
}

inline approve(file) {
    waits[file] = false; released[file] = true; moved++; called = true
}

proctype provider() {
    byte id = 0, other = 0;

end:
    do
    :: atomic { nempty(wire) && lost < 2 -> wire?id; lost++ }
    :: atomic { nempty(wire) -> wire?id;
           if
           :: GUARD && !waits[id] -> skip       /* refused: it does not wait */
           :: else -> approve(id)
           fi }
    :: atomic { RACE && full(wire) -> wire?id; wire?other;  /* both looked */
           if
           :: waits[id] && waits[other] -> approve(id); approve(other)
           :: else -> skip
           fi }
    od
}

/* The status of the stored file. */
proctype tracker() {
end:
    do
    :: atomic { st == in_doubt && stored != 0 && released[stored] ->
           st = in_flight }                             /* found_released */
    :: atomic { (st == in_doubt && stored != 0 && !released[stored] &&
                 (!WIRE || empty(wire))) -> st = initiated }  /* still_waiting */
    :: atomic { st == in_flight && released[stored] && verdict == undecided ->
           verdict = paid }
    :: atomic { st == in_flight && verdict == paid -> st = done }   /* all_final */
    /* Cancelled here: its file is cancelled there too, or it is told. */
    :: atomic { st == cancelled && stored != 0 && waits[stored] ->
           waits[stored] = false; sealed = true }
    :: atomic { st == cancelled && stored != 0 && released[stored] && !told ->
           told = true }
    od
}

proctype callbacks() {
end:
    do
    :: atomic { called && !VERIFY && verdict == undecided -> verdict = paid }
    :: atomic { !forged -> forged = true;
           if
           :: !VERIFY && verdict == undecided -> verdict = paid
           :: else -> skip
           fi }
    od
}

proctype person() {
    if
    :: atomic { (st == ready || st == initiated) ->     /* cancel */
           st = cancelled; sealed = (stored == 0) }
    :: skip
    fi
}

init { atomic { run worker(); run worker(); run leases(); run provider();
                run tracker(); run callbacks(); run person() } }

#define twice   (moved > 1)
#define ghost   (verdict == paid && moved == 0)
#define gone    (sealed && moved > 0)
ltl safe { [] !(twice || ghost || gone) }
ltl ends { <> [] (st == done || st == cancelled || st == in_flight ||
                  st == in_doubt || (st == ready && claims == 3) ||
                  (st == initiated && rounds == 3)) }
ltl tells { [] ((st == cancelled && moved > 0) -> <> told) }
ltl can_pay { [] !(st == done && verdict == paid && moved == 1) }
