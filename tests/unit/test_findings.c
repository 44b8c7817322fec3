/* The rules of the check: each with a plan that breaks it and one that follows the seed's advice, judged by hand from the seed's words. Today
 * is day 47 of a plan of 365 days (20454 to 20818). */
#include "common/model/findings/findings.h"
#include "plan_words.h"

#define O "objective:o title='Plus de CA' kind=business metric=CA unit=EUR baseline=100 target=120 due=t+90; "
#define L "lever:l name=SEO objectives=o; "
#define PEOPLE "person:paul name=Paul; person:marie name=Marie; "
#define KPI "kpi:k name=CPL lever=l; "

static const struct {
  const char *code;
  int found; /* how often in `broken` */
  const char *broken, *mended;
} cases[] = {
    /* 000 1a: objectives first */
    {"PLN01", 1, "lever name=SEO", O},
    {"OBJ01", 1, "objective title='Augmenter les ventes'", "objective title='augmenter le chiffre d’affaires de 30 % dans les 6 mois'"},
    {"OBJ02", 1, "objective title='Augmenter les ventes de 30 %'", "objective title='Augmenter les ventes de 30 %' due=t+180"},
    {"OBJ03", 1, "objective title='faire plus'", "objective title='Augmenter la génération de leads'"},
    {"OBJ04", 1, "objective title=Leads metric=leads target=450 due=t+90", "objective title=Leads metric=leads baseline=300 target=450 due=t+90"},
    {"OBJ05", 2, "objective title=A; objective title=B", PEOPLE "objective title=A owner=paul; objective title=B owner=marie"},
    {"OBJ06", 1, O "objective title=Leads kind=marketing", O "objective title=Leads kind=marketing parent=o"},
    {"OBJ07", 1, "objective title=Leads kind=marketing", O "objective title=Leads kind=marketing parent=o"},
    {"OBJ08", 1, O, O "objective title='5 000 leads' kind=marketing parent=o"},
    {"OBJ09", 1, O, O L},
    {"OBJ10", 1, "objective title=CA metric=CA baseline=100 target=120 current=110 due=t-1",
     "objective title=CA metric=CA baseline=100 target=120 current=120 due=t-1; objective title=CA metric=CA baseline=100 target=120 current=110 due=t"},
    /* 10 to 12 in 40 days; 20 to be reached in 40 more are 4 times the pace, in 160 once */
    {"OBJ11", 1, "person:paul name=Paul; objective:o title=MQL metric=MQL baseline=10 target=20 due=t+40 owner=paul; kpi:k name=MQL objective=o; measurement kpi=k date=t-40 value=10; measurement kpi=k date=t value=12",
     "person:paul name=Paul; objective:o title=MQL metric=MQL baseline=10 target=20 due=t+160 owner=paul; kpi:k name=MQL objective=o; measurement kpi=k date=t-40 value=10; measurement kpi=k date=t value=12"},
    {"OBJ12", 1, O "objective title=Leads kind=marketing parent=o", O "objective title=Leads kind=marketing parent=o; objective title=SQL kind=sales parent=o"},
    {"OBJ13", 1, "objective:o title=OKR form=okr", "objective:o title=OKR form=okr; key-result title=KR objective=o"},
    {"OBJ14", 1, O, O "objective title='CA x2' kind=business horizon=3y"},
    /* 002, 000 1b: where are we */
    {"PLN02", 1, O, O "diagnostic title=Visibles kind=strength"},
    {"PLN03", 1, "diagnostic title=Visibles kind=strength", "diagnostic title=A kind=strength; diagnostic title=B kind=weakness; diagnostic title=C kind=opportunity; diagnostic title=D kind=threat"},
    {"PLN04", 2, O L "diagnostic title=A kind=weakness; diagnostic title=B kind=threat; diagnostic title=C kind=strength", O L "diagnostic title=A kind=weakness answers=l; diagnostic title=B kind=threat answers=o"},
    {"PLN05", 1, O "competitor name=X", O "competitor name=X; criterion title=Prix"},
    {"PLN06", 1, "diagnostic title=A kind=strength", "diagnostic title=A kind=strength; diagnostic title='Être rappelés' kind=expectation voice=clients"},
    {"PLN07", 1, O L, O L "lesson title='Google Ads : annonces mal écrites' kind=failure"},
    {"PLN07", 1, O L, O "lever name=SEO objectives=o verdict=keep"},
    /* 001 2: for whom */
    {"TGT01", 1, O, O "persona name=Dirigeant"},
    {"TGT01", 1, O "persona name=Dirigeant retired=yes", O "persona name=Dirigeant"},
    {"TGT02", 1, "persona name=Dirigeant review=t-1", "persona name=Dirigeant review=t"},
    {"TGT03", 1, "persona:p name=Dirigeant; action title=A", "persona:p name=Dirigeant; action title=A personas=p"},
    {"TGT04", 1, "persona name=Dirigeant job_title=PDG", "persona name=Dirigeant goals=Croître problems=Temps"},
    {"TGT05", 1, "persona name=Dirigeant", "persona name=Dirigeant review=t+180"},
    {"TGT06", 1, O L, O L "segment name=PME"},
    /* 002: promise, positioning, messages, mix */
    {"BRD01", 1, O, O "promise statement='Un résultat par euro'"},
    {"BRD02", 1, O, O "positioning statement='Le cabinet des PME'"},
    {"BRD03", 1, "persona:p name=D; key-message text='Le moins cher' theme=prix personas=p; key-message text='Le plus haut de gamme' theme=Prix personas=p",
     "persona:p name=D; key-message text='Le moins cher' theme=prix personas=p end=t; key-message text='Le plus haut de gamme' theme=Prix personas=p start=t+1"},
    {"BRD04", 1, "promise statement=Mieux", "promise statement=Mieux difference=price proofs=Tarif"},
    {"BRD05", 1, O L "mix-item title=Offre element=product", O L "mix-item title=A element=product; mix-item title=B element=price; mix-item title=C element=place; mix-item title=D element=promotion"},
    /* 000 3b: the stack */
    {"STK01", 1, "tool name=Notion", "tool name=Notion purpose='Chaque échéance visible par tous'; tool name=Vieux retired=yes"},
    {"STK02", 1, "kpi:k name=CPL; tool name=HubSpot", "kpi:k name=CPL; tool name=HubSpot kpis=k"},
    {"STK03", 1, O L "tool name=HubSpot kind=crm", O L "tool name=HubSpot kind=crm; tool name=GA4 kind=analytics"},
    {"LES01", 1, "lesson title='Ads décevantes' kind=failure", "lesson title='Ads décevantes' kind=failure cause='Annonces' advice='Les réécrire'"},
    /* 001 3, 000 3, 003: levers and channels */
    {"LEV01", 1, "lever name=TikTok", O L},
    {"LEV02", 2, O "lever name=SEA objectives=o; lever name=E-mail objectives=o", O "lever:a name=SEA objectives=o; lever:b name=E-mail objectives=o; kpi:k name=CPC lever=a; action title=A lever=b kpis=k"},
    {"LEV03", 1, O L, O "lever name=SEO objectives=o unit=visites baseline=100 target=150"},
    {"LEV04", 1, "lever name=A; lever name=B; lever name=C; lever name=D", "lever name=A; lever name=B; lever name=C; lever name=D paused=yes"},
    {"LEV04", 1, "lever name=A channel=a; lever name=B channel=b; lever name=C channel=c; lever name=D channel=d", "lever name=A channel=a; lever name=B channel=b; lever name=C channel=c; lever name=D channel=A"},
    {"LEV05", 1, O "lever name=Influence objectives=o tracking=none", O "lever name=Influence objectives=o tracking=link"},
    {"LEV06", 1, O L, O "lever name=Influence objectives=o tracking=code"},
    {"LEV07", 1, O "lever name=E-mailing objectives=o", "segment:s name='Inactifs 90j'; lever name=E-mailing segments=s"},
    {"LEV08", 1, "lever name=Salons verdict=stop", "lever name=Salons verdict=stop verdict_reason='8 000 € pour 2 leads'"},
    {"LEV09", 1, "lever name='Google Ads' verdict=stop", "lever name='Google Ads' verdict=stop verdict_cause=execution"},
    {"LEV10", 1, "lever:l name=Salons verdict=stop; action title=Stand lever=l", "lever:l name=Salons verdict=stop; action title=Stand lever=l status=dropped"},
    {"LEV11", 1, O L, O L "action title=A lever=l"},
    {"LEV12", 1, O, O L},
    {"LEV13", 1, "lever name=A direction=inbound; lever name=B direction=inbound", "lever name=A direction=inbound; lever name=B direction=outbound"},
    /* 001 4 and 5, 003, 004: actions */
    {"ACT01", 1, O "action title=A", O L "action title=A lever=l; action title=B status=done"},
    {"ACT02", 1, O L "action title=A lever=l", O L KPI "action title=A lever=l kpis=k"},
    {"ACT03", 1, "persona:p name=D; action title=A", "persona:p name=D; action title=A personas=p"},
    {"ACT04", 1, "action title=A", "action title=A due=t+30"},
    {"ACT05", 1, "action title=A due=t-1", "action title=A due=t; action title=B due=t-1 status=done"},
    {"ACT06", 1, "action title=A status=blocked", "action title=A status=blocked blocked_reason='Visuels en attente'"},
    {"ACT07", 1, "action title=A impact=5 effort=6", "action title=A impact=6 effort=6; action title=B impact=5 effort=5; action title=C impact=2 effort=9 status=dropped"},
    {"ACT08", 1, "kpi:k name=K; action title=A status=done start=t-20 kpis=k; measurement kpi=k date=t-21 value=1", "kpi:k name=K; action title=A status=done start=t-20 kpis=k; measurement kpi=k date=t-20 value=1"},
    {"ACT09", 1, "action title=A start=t-1 due=t+9", "action title=A start=t-1 due=t+9 status=in-progress; action title=B start=t due=t+9"},
    {"ACT10", 1, "action title=A impact=5", "action title=A impact=5 effort=2"},
    {"ACT11", 1, "action title=A impact=8 effort=3 due=t+60", "action title=A impact=8 effort=3 start=t+3 due=t+60; action title=B impact=8 effort=6 due=t+60"},
    {"ACT12", 1, "action title=A due=t+30", "action title=A due=t+30 duration=5; action title=B start=t due=t+9"},
    {"ACT13", 1, "action title=A status=dropped", "action title=A status=dropped dropped_reason='Trop cher'"},
    {"ACT14", 1, "action title=A priority=high; action title=B priority=urgent; action title=C priority=high; action title=D; action title=E",
     "action title=A priority=high; action title=B priority=urgent; action title=C; action title=D; action title=E"},
    {"ACT15", 1, "action title=A due=20819", "action title=A due=20818"},
    /* 000 2a: who */
    {"GOV01", 1, PEOPLE "action:a title=A; raci target=a letter=R holder=paul", PEOPLE "action:a title=A; raci target=a letter=A holder=paul"},
    {"GOV02", 1, PEOPLE "action:a title=A; raci target=a letter=A holder=paul", PEOPLE "action:a title=A; raci target=a letter=R holder=paul"},
    {"GOV03", 1, "person:paul name=Paul inactive=yes; action:a title=A; raci target=a letter=R holder=paul", PEOPLE "action:a title=A; raci target=a letter=R holder=paul"},
    {"GOV04", 1, "team:t name=Ventes; action:a title=A; raci target=a letter=R holder=t", "team:t name=Ventes; person name=Paul teams=t; action:a title=A; raci target=a letter=R holder=t"},
    {"GOV05", 1, PEOPLE "leave person=paul start=t-1 end=t+5; action:a title=A; raci target=a letter=A holder=paul",
     PEOPLE "leave person=paul start=t-1 end=t+5 substitute=marie; action:a title=A; raci target=a letter=A holder=paul"},
    {"GOV06", 1, "plan load_limit=1; " PEOPLE "action:a title=A; action:b title=B; raci target=a letter=R holder=paul; raci target=b letter=R holder=paul",
     "plan load_limit=2; " PEOPLE "action:a title=A; action:b title=B; raci target=a letter=R holder=paul; raci target=b letter=R holder=paul"},
    {"GOV07", 1, O L, O L "definition title=MQL text='A rempli un formulaire'"},
    {"GOV08", 1, "team:t name=Ventes; definition title=MQL text=x teams=t", "definition title=MQL text=x"},
    {"GOV09", 1, PEOPLE "action title=A", PEOPLE "action title=A; raci target=plan letter=A holder=paul"},
    {"GOV10", 1, "plan status=draft; " O, "plan status=approved; " O},
    {"GOV11", 1, PEOPLE "person:c name=C; person:d name=D; action:a title=A; raci target=a letter=R holder=paul; raci target=a letter=R holder=marie; raci target=a letter=R holder=c; raci target=a letter=R holder=d",
     PEOPLE "person:c name=C; action:a title=A; raci target=a letter=R holder=paul; raci target=a letter=R holder=marie; raci target=a letter=R holder=c"},
    {"GOV12", 1, "person:a name=A; person:b name=B; person:c name=C; person:d name=D; person:e name=E; person:f name=F; action:x title=X; raci target=x letter=C holder=a; raci target=x letter=C holder=b; raci target=x letter=C holder=c; raci target=x letter=C holder=d; raci target=x letter=C holder=e; raci target=x letter=C holder=f",
     PEOPLE "action:x title=X; raci target=x letter=C holder=paul"},
    {"GOV13", 1, "team:t name=Ventes; definition title=MQL text=x teams=t", "team:t name=Ventes; team:u name=Marketing; definition title=MQL text=x teams=t,u"},
    /* 000 2b, 001 6: money */
    {"BUD01", 1, "budget-line title=A category=media planned=900 bucket=70; budget-line title=B category=media planned=100 bucket=20",
     "budget-line title=A category=media planned=700 bucket=70; budget-line title=B category=media planned=200 bucket=20; budget-line title=C category=media planned=100 bucket=10"},
    {"BUD02", 1, "budget-line:a title=A category=media planned=700 bucket=70; budget-line title=B category=media planned=200 bucket=20; budget-line title=C category=media planned=100 bucket=10; expense title=X line=a state=invoiced date=t net=500",
     "budget-line:a title=A category=media planned=700 bucket=70; budget-line title=B category=media planned=200 bucket=20; budget-line title=C category=media planned=100 bucket=10; expense title=X line=a state=invoiced date=t net=100"},
    {"BUD03", 1, "budget-line title=A category=media planned=100", "kpi:k name=CPL; action:a title=A kpis=k; budget-line title=A category=media planned=100 kpi=k; budget-line title=B category=media action=a"},
    {"BUD04", 1, "budget-line title=A category=media", "budget-line title=A category=media; budget-line title=CRM category=tools"},
    {"BUD05", 1, "budget-line title=A category=media", "budget-line title=A category=media; payroll-line title=Salaires planned=30000"},
    {"BUD06", 1, "budget-line title=A category=tools", "budget-line title=A category=media"},
    /* 47 of 365 days are over; 200 of 1,000 in 47 days are used up after 235, 100 after 470 */
    {"BUD07", 1, "budget-line:a title=A category=media planned=1000; expense title=X line=a state=invoiced date=t net=200", "budget-line:a title=A category=media planned=1000; expense title=X line=a state=invoiced date=t net=100"},
    /* 200 that are invoiced for tomorrow are not spent today */
    {"BUD07", 1, "budget-line:a title=A category=media planned=1000; expense title=X line=a state=invoiced date=t net=200",
     "budget-line:a title=A category=media planned=1000; expense title=X line=a state=invoiced date=t net=100; expense title=Y line=a state=invoiced date=t+1 net=100"},
    /* 200 euros on a line in dollars without a rate are spent of what nobody knows */
    {"BUD07", 1, "budget-line:a title=A category=media planned=1000; expense title=X line=a state=invoiced date=t net=200",
     "budget-line:a title=A category=media planned=1000; budget-line:b title=B category=media planned=1000 currency=USD; expense title=X line=a state=invoiced date=t net=100; expense title=Y line=b state=invoiced date=t net=200"},
    {"BUD08", 1, "budget-line:a title=A category=media planned=100; expense title=X line=a state=ordered date=t net=101", "budget-line:a title=A category=media planned=100; expense title=X line=a state=ordered date=t net=100"},
    /* planned in dollars without a rate: how much of them the 101 euros are nobody knows */
    {"BUD08", 1, "budget-line:a title=A category=media planned=100; expense title=X line=a state=ordered date=t net=101", "budget-line:a title=A category=media planned=100 currency=USD; expense title=X line=a state=ordered date=t net=101"},
    /* planned in euros, but who knows how much of it 10 dollars are; a line in two parts is looked at as one */
    {"BUD08", 1, "budget-line:a title=A category=media planned=100; expense title=X line=a state=ordered date=t net=101",
     "action:x title=X; action:y title=Y; budget-line:a title=A category=media planned=100 action=x; budget-share line=a action=y share=50; expense title=X line=a state=ordered date=t net=101; expense title=Z line=a state=invoiced date=t net=10 currency=USD"},
    /* shares of what nobody knows */
    {"BUD01", 1, "budget-line title=A category=media planned=900 bucket=70; budget-line title=B category=media planned=100 bucket=20",
     "budget-line title=A category=media planned=900 bucket=70; budget-line title=B category=media planned=100 bucket=20; budget-line title=C category=media planned=100 bucket=20 currency=USD"},
    {"BUD02", 1, "budget-line:a title=A category=media planned=700 bucket=70; budget-line title=B category=media planned=200 bucket=20; budget-line title=C category=media planned=100 bucket=10; expense title=X line=a state=invoiced date=t net=500",
     "budget-line:a title=A category=media planned=700 bucket=70; budget-line title=B category=media planned=200 bucket=20; budget-line title=C category=media planned=100 bucket=10; expense title=X line=a state=invoiced date=t net=500; expense title=Y line=a state=invoiced date=t net=1 currency=USD"},
    /* one finding a currency */
    {"BUD18", 2, "budget-line title=A category=media planned=100 currency=USD; budget-line title=B category=media planned=100 currency=USD; budget-line title=C category=media planned=100 currency=GBP",
     "budget-line title=A category=media planned=100 currency=USD; exchange-rate currency=USD day=20454 rate=2 worth=1"},
    {"BUD09", 1, O L "budget-line title=A category=media", O L "budget-line title=A category=media lever=l"},
    {"BUD10", 1, "lever:l name=Salons verdict=stop; budget-line title=Stand category=other lever=l", O L "budget-line title=Stand category=other lever=l"},
    {"BUD11", 1, "action title=A", "action title=A; budget-line title=Stand category=other"},
    {"BUD12", 1, "budget-line title=A category=media", "budget-line title=A category=media bucket=10"},
    {"BUD13", 1, "tool name=HubSpot cost=800; budget-line title=A category=media", "tool name=HubSpot cost=800; budget-line title=CRM category=tools"},
    {"BUD14", 1, "plan end=20600; budget-line title=A category=media", "plan end=20600; budget-line:a title=A category=media; expense title=X line=a state=invoiced date=t net=1"},
    {"BUD15", 1, "budget-line:a title=A category=media planned=1000; expense:o title=O line=a state=ordered date=t net=100; expense title=I line=a state=invoiced date=t net=60 settles=o; expense title=J line=a state=invoiced date=t net=41 settles=o",
     "budget-line:a title=A category=media planned=1000; expense:o title=O line=a state=ordered date=t net=100; expense title=I line=a state=invoiced date=t net=60 settles=o; expense title=J line=a state=invoiced date=t net=40 settles=o"},
    /* the next month is day 20454 + 59 = the 1st of March: what is spent in January and February was planned by January */
    {"BUD16", 1, "budget-line:a title=A category=media; budget-month line=a month=20454 planned=100; budget-month line=a month=20513 planned=900; expense title=I line=a state=invoiced date=20512 net=101",
     "budget-line:a title=A category=media; budget-month line=a month=20454 planned=100; budget-month line=a month=20513 planned=900; expense title=I line=a state=invoiced date=20513 net=101"},
    /* whatever their case; a credit note and lines of one document are none */
    {"BUD17", 1, "budget-line:a title=A category=media; expense title=I line=a state=invoiced date=t net=60 document=F-1 supplier=Éclair; expense title=J line=a state=invoiced date=t net=41 document=f-1 supplier=ECLAIR",
     "budget-line:a title=A category=media; expense:i title=I line=a state=invoiced date=t net=60 document=F-1 supplier=Éclair; expense title=J line=a state=invoiced date=t net=41 document=F-2 supplier=Éclair; "
     "expense title=K line=a state=invoiced date=t net=-60 document=F-1 supplier=Éclair; expense title=L line=a state=invoiced date=t net=5 document=F-1 part_of=i; expense title=M line=a state=invoiced date=t net=5 document=F-1 supplier=Autre"},
    /* 003, 004, 000 4b: KPIs */
    {"MES01", 1, O L, O L KPI},
    {"MES02", 1, "kpi name=CA timing=lagging", "kpi name=CA timing=lagging; kpi name=MQL timing=leading"},
    {"MES03", 1, "kpi name=MQL timing=leading", "kpi name=CLV timing=lagging; kpi name=MQL timing=leading"},
    {"MES04", 1, O "kpi name=Likes objective=o nature=vanity", O "kpi name=Likes objective=o nature=vanity; kpi name=CPL objective=o nature=business"},
    {"MES04", 1, "objective:o title='Plus de leads' kind=marketing metric='leads qualifiés'; lever:l name=Réseaux objectives=o; kpi name=Partages lever=l nature=vanity",
     "objective:o title=Visibilité kind=marketing metric=portée; lever:l name=Réseaux objectives=o; kpi name=Partages lever=l nature=vanity"},
    {"MES05", 1, "kpi name=Likes nature=vanity; kpi name=Vues nature=vanity", "kpi name=Likes nature=vanity; kpi name=CPL nature=business"},
    {"MES06", 1, "objective:v title=Visibilité kind=marketing metric=portée; kpi name=Portée objective=v nature=vanity", O "objective:v title=Visibilité kind=marketing metric=portée parent=o; kpi name=Portée objective=v nature=vanity"},
    {"MES07", 1, "kpi name='Taux d’ouverture'", "kpi name='Taux d’ouverture' comparator=> target=0.25"},
    {"MES08", 1, "kpi name=CPL frequency=weekly", "kpi:k name=CPL frequency=weekly; measurement kpi=k date=t-30 value=3; kpi name=CA frequency=quarterly"},
    {"MES09", 1, "kpi:k name=CPL frequency=weekly; measurement kpi=k date=t-15 value=3", "kpi:k name=CPL frequency=weekly; measurement kpi=k date=t-14 value=3"},
    {"MES10", 1, "kpi:k name=CPL direction=down comparator=< target=3; measurement kpi=k date=t value=9; action title=A kpis=k status=done",
     "kpi:k name=CPL direction=down comparator=< target=3; measurement kpi=k date=t value=9; action title=A kpis=k"},
    {"MES11", 1, "kpi name=CPL direction=down comparator=> target=3", "kpi name=CPL direction=down comparator=< target=3; kpi name=MQL direction=up comparator=>= target=3"},
    {"MES12", 1, "kpi name=CPL", O L KPI},
    {"MES13", 1, "kpi name=CPL", PEOPLE "kpi name=CPL owner=paul"},
    {"MES15", 1, O L "figure stage=leads start=t-30 end=t lever=l count=31; figure stage=leads start=t-6 end=t lever=l count=7",
     O L "figure stage=leads start=t-30 end=t-7 lever=l count=24; figure stage=leads start=t-6 end=t lever=l count=7"},
    {"MES14", 1, "kpi name=CPL timing=leading", "kpi name=CPL timing=leading nature=business"},
    /* 000 4, 001 1: how many it takes. 100 customers of 25 % are 400 SQL a year, 100 a quarter; 2 reps treat 2 x 40 or 2 x 50 */
    {"FUN01", 1, "funnel:f name=F customers=100 reps=2 period=quarter; funnel-stage:s name=SQL funnel=f capacity=40; funnel-rate stage=s rate=0.25",
     "funnel:f name=F customers=100 reps=2 period=quarter; funnel-stage:s name=SQL funnel=f capacity=50; funnel-rate stage=s rate=0.25"},
    {"FUN02", 1, "funnel:f name=F; funnel-stage:s name=SQL funnel=f; funnel-rate stage=s rate=0.25 expires=t", "funnel:f name=F; funnel-stage:s name=SQL funnel=f; funnel-rate stage=s rate=0.25 expires=t+1"},
    {"FUN03", 1, O L, O L "funnel name=F"},
    {"FUN04", 1, "funnel:f name=F; funnel-stage name=SQL funnel=f", "funnel:f name=F reps=2; funnel-stage name=SQL funnel=f capacity=40"},
    {"FUN05", 1, "funnel:f name=F; funnel-stage:s name=SQL funnel=f; funnel-rate stage=s rate=0.25 origin=benchmark",
     "funnel:f name=F; funnel-stage:s name=SQL funnel=f; funnel-rate stage=s rate=0.25 origin=benchmark source=HubSpot date=t; funnel-rate stage=s rate=0.3 origin=measured"},
};

static struct jl_findings look(struct fixture *fx, const char *code) {
  struct jl_findings found;
  const char *const codes[] = {code, NULL};
  struct jl_builder *b = jl_builder_new(fx->arena, "check", fx->in.today, fx->plan);
  assert_non_null(b);
  jl_builder_reader(b, fx->in.sections);
  assert_true(jl_findings_of(&fx->in, b, code == NULL ? NULL : codes, &found));
  return found;
}

static size_t count(const char *plan, const char *code) {
  struct fixture fx = fx_new();
  words_read(&fx, plan);
  struct jl_findings found = look(&fx, code);
  size_t n = jl_findings_count(&found, code, NULL);
  fx_free(&fx);
  return n;
}

static void broken_and_mended(void **state) {
  (void)state;
  size_t wrong = 0;
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    size_t broken = count(cases[i].broken, cases[i].code), mended = count(cases[i].mended, cases[i].code);
    if (broken == (size_t)cases[i].found && mended == 0) continue;
    print_error("%s: %zu found, by hand %d; %zu once it is mended: %s\n", cases[i].code, broken, cases[i].found, mended, cases[i].broken);
    wrong++;
  }
  assert_int_equal(wrong, 0);
}

static void each_rule_is_tried(void **state) {
  (void)state;
  for (size_t r = 0; r < jl_finding_rule_count(); r++) {
    const struct jl_finding_rule *rule = jl_finding_rule_at(r);
    bool tried = false;
    for (size_t i = 0; i < JL_COUNT(cases); i++) tried = tried || strcmp(cases[i].code, rule->code) == 0;
    if (!tried) fail_msg("%s has no case here", rule->code);
    assert_ptr_equal(jl_finding_rule_by_code(rule->code), rule); /* codes are its own */
    assert_int_equal(strlen(rule->code), 5);
    assert_in_range(rule->severity, JL_SEVERITY_ERROR, JL_SEVERITY_ADVICE);
    assert_int_equal(rule->sections & ~EVERYTHING, 0);
    assert_int_not_equal(rule->sections, 0);
    assert_int_equal(strncmp(rule->fix, "jalon ", 6), 0);
  }
  assert_null(jl_finding_rule_at(jl_finding_rule_count()));
}

/* A plan that has just been made: what comes first, and no more. */
static void a_young_plan(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_findings found = look(&fx, NULL);
  assert_int_equal(found.count, 2);
  assert_string_equal(found.list[0].rule->code, "PLN01");
  assert_string_equal(found.list[1].rule->code, "PLN02");
  assert_int_equal(found.counts[JL_SEVERITY_ERROR], 1);
  fx_free(&fx);
}

/* Seed 003's NutriBoost: five channels, none of them tracked, no KPI. */
static void nutriboost(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "objective:o title='Lancer Vitalité Boost' kind=business; lever name='Réseaux sociaux' channel=social objectives=o tracking=none; lever name=Influence channel=influence objectives=o "
                  "tracking=none; lever name=Emailing channel=email objectives=o tracking=none; lever name='Points de vente' channel=pos objectives=o tracking=none; lever name='Ads Google' channel=sea "
                  "objectives=o tracking=none");
  struct jl_findings found = look(&fx, NULL);
  for (uint8_t id = 11; id <= 15; id++) {
    struct jl_id lever = fx_id(id);
    assert_int_equal(jl_findings_count(&found, "LEV05", &lever), 1);
    assert_int_equal(jl_findings_count(&found, "LEV02", &lever), 1);
    assert_int_equal(jl_findings_count(&found, "LEV07", &lever), 1);
  }
  assert_int_equal(jl_findings_count(&found, "MES01", NULL), 1);
  assert_int_equal(jl_findings_count(&found, "LEV04", NULL), 1);
  fx_free(&fx);
}

/* ---- accepted ---- */
#define FOUR "lever name=A; lever name=B; lever name=C; lever name=D; lever name=E; "
static const struct {
  const char *acceptance;
  bool counts;
} acceptances[] = {
    {"", true},
    {"accepted-finding target=plan code=LEV04 section=strategy reason=x", false},
    {"accepted-finding target=plan code=LEV04 section=strategy reason=x extent=5", false},
    {"accepted-finding target=plan code=LEV04 section=strategy reason=x extent=4", true}, /* four channels were accepted, and they are five */
    {"accepted-finding target=plan code=LEV04 section=strategy reason=x until=t+1", false},
    {"accepted-finding target=plan code=LEV04 section=strategy reason=x until=t", true},
    {"accepted-finding target=plan code=LEV05 section=strategy reason=x", true},
    {"accepted-finding target=plan code=ZZZ99 section=strategy reason='a newer program knows it'", true},
};

static void accepted(void **state) {
  (void)state;
  for (size_t i = 0; i < JL_COUNT(acceptances); i++) {
    struct fixture fx = fx_new();
    char plan[400];
    snprintf(plan, sizeof plan, FOUR "%s", acceptances[i].acceptance);
    words_read(&fx, plan);
    struct jl_findings found = look(&fx, "LEV04");
    assert_int_equal(found.count, 1);
    assert_int_equal(found.list[0].extent, 5);
    assert_int_equal(found.list[0].counts, acceptances[i].counts);
    assert_int_equal(found.accepted, !acceptances[i].counts);
    assert_int_equal(found.counts[JL_SEVERITY_WARNING], acceptances[i].counts);
    fx_free(&fx);
  }
}

/* Of one record only, and of people for the plan as a whole. */
static void accepted_of_records(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "plan load_limit=1; person:p name=Paul; action:a title=A; action:b title=B; raci target=a letter=R holder=p; raci target=b letter=R holder=p; "
                  "accepted-finding target=a code=ACT04 section=actions reason=x; accepted-finding target=plan code=GOV06 section=actions reason=x");
  struct jl_findings found = look(&fx, NULL);
  assert_int_equal(jl_findings_count(&found, "ACT04", NULL), 1);
  assert_int_equal(jl_findings_count(&found, "GOV06", NULL), 0);
  assert_int_equal(found.accepted, 2);
  fx_free(&fx);
}

/* ---- rights ---- */
static void rights(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, O L "action:a title=A lever=l; budget-line title=Secret category=media planned=100 action=a; accepted-finding target=plan code=BUD04 section=budget reason=x");
  struct jl_findings all = look(&fx, NULL);
  assert_int_equal(jl_findings_count(&all, "BUD03", NULL), 1);
  assert_int_equal(all.unasked, 0);
  assert_int_equal(all.accepted, 1);
  fx.in.sections &= ~(1U << JL_SECTION_BUDGET);
  struct jl_findings without = look(&fx, NULL);
  size_t money = 0;
  for (size_t i = 0; i < jl_finding_rule_count(); i++) money += (jl_finding_rule_at(i)->sections & 1U << JL_SECTION_BUDGET) != 0;
  assert_int_equal(without.unasked, money);
  assert_int_equal(without.accepted, 0);
  for (size_t i = 0; i < without.count; i++) assert_int_equal(without.list[i].rule->sections & 1U << JL_SECTION_BUDGET, 0);
  /* a plan whose money is another one says the same */
  struct fixture poorer = fx_new();
  words_read(&poorer, O L "action:a title=A lever=l");
  poorer.in.sections &= ~(1U << JL_SECTION_BUDGET);
  struct jl_findings same = look(&poorer, NULL);
  assert_int_equal(same.count, without.count);
  for (size_t i = 0; i < same.count; i++) assert_string_equal(same.list[i].rule->code, without.list[i].rule->code);
  fx_free(&poorer);
  fx_free(&fx);
}

/* Whoever may not read the budget has no budget in his copy: both answer alike. */
static void copy_of_a_reader(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, O L "kpi name=K lever=l; action:a title=A lever=l; budget-line title=Secret category=media planned=100 action=a");
  fx.in.sections = EVERYTHING & ~(1U << JL_SECTION_BUDGET);
  struct jl_findings server = look(&fx, NULL);
  struct jl_view_input on_server = fx.in;
  struct fixture copy = fx_new();
  words_read(&copy, O L "kpi name=K lever=l; action:a title=A lever=l");
  copy.in.sections = on_server.sections;
  struct jl_findings here = look(&copy, NULL);
  assert_int_equal(here.count, server.count);
  for (size_t i = 0; i < here.count; i++) {
    assert_ptr_equal(here.list[i].rule, server.list[i].rule);
    assert_int_equal(here.list[i].extent, server.list[i].extent);
    assert_int_equal(here.list[i].record == NULL, server.list[i].record == NULL);
    if (here.list[i].record != NULL) assert_true(jl_id_equal(&here.list[i].record->id, &server.list[i].record->id));
  }
  fx_free(&copy);
  fx_free(&fx);
}

/* ---- the view ---- */
static void view(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, O L "action title=A lever=l; action title=B lever=l");
  Jalon__Document *document = fx_view(&fx, "check", "rule", "ACT04");
  FX_ROWS(fx_block(document, "findings"), "warning|ACT04|A1 A|actions without a due date||1|||||001 5|jalon action set A1 --due +1m",
          "warning|ACT04|A2 B|actions without a due date||1|||||001 5|jalon action set A2 --due +1m");
  jalon__document__free_unpacked(document, NULL);
  document = fx_view(&fx, "check", NULL, NULL);
  const Jalon__Block *lines = fx_block(document, "findings");
  bool seen = false;
  for (size_t i = 0; i < lines->n_rows; i++) {
    char row[2000];
    fx_row(lines, i, row, sizeof row);
    assert_int_not_equal(strncmp(row, "advice|", 7), 0); /* counted, not shown */
    seen = seen || strncmp(row, "warning|ACT04|actions without a due date|A1, A2|2|", 50) == 0;
  }
  assert_true(seen);
  const Jalon__Block *summary = fx_block(document, "summary");
  assert_int_equal(summary->notes[0]->n_arguments, 4);
  assert_true(summary->notes[0]->arguments[2]->number > 0);
  jalon__document__free_unpacked(document, NULL);
  struct jl_error err;
  assert_null(fx_try(&fx, "check", "severity", "bad", &err));
  assert_int_equal(err.code, JL_E_USAGE);
  assert_null(fx_try(&fx, "check", "rule", "ZZ", &err));
  assert_int_equal(err.code, JL_E_NOT_FOUND);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(broken_and_mended), cmocka_unit_test(each_rule_is_tried), cmocka_unit_test(a_young_plan),
                                     cmocka_unit_test(nutriboost),        cmocka_unit_test(accepted),           cmocka_unit_test(accepted_of_records),
                                     cmocka_unit_test(rights),            cmocka_unit_test(copy_of_a_reader),   cmocka_unit_test(view)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
