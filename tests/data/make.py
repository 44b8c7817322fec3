#!/usr/bin/env python3
"""Writes the files of this folder: exports and tables of the shapes that people bring, with values that can be added up by hand. The names of
columns, the lines before and after, the bytes are those of real exports; no value is anybody's. Run it again when something changes here."""
import os
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
NBSP, NNBSP, QUOTE = "\u00a0", "\u202f", "\u2019"


def write(name, text, encoding="utf-8", newline="\n"):
    if encoding == "utf-16":  # with its mark, little-endian
        data = b"\xff\xfe" + text.replace("\n", newline).encode("utf-16-le")
    else:
        data = text.replace("\n", newline).encode(encoding)
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)


def rows(table, separator=","):
    def cell(value):
        return '"' + value.replace('"', '""') + '"' if any(c in value for c in separator + '"\n') else value
    return "".join(separator.join(cell(c) for c in row) + "\n" for row in table)


# ---- Google Ads: two lines before the names, " --" for nothing, totals below ----
GOOGLE = [
    ["Campaign status", "Campaign", "Campaign ID", "Budget", "Currency code", "Impr.", "Clicks", "CTR", "Avg. CPC", "Cost", "Conversions", "Cost / conv.", "Conv. value", "Search impr. share"],
    ["Enabled", "Search | Brand", "111", "10.00", "EUR", "12,345", "210", "1.70%", "1.10", "231.00", "14.50", "15.93", "4,838.80", "> 90%"],
    ["Enabled", "Webinar, HR", "112", "25.00", "EUR", "2,472,851", "1,030", "0.04%", "100.59", "103606.77", " --", " --", " --", "< 10%"],
    ["Paused", "PMax", "113", "5.00", "EUR", "0", "0", " --", "0", "0.00", "0.00", " --", "0.00", " --"],
    ["Total: Campaigns", " --", " --", " --", "EUR", "2,485,196", "1,240", "0.05%", "83.74", "103837.77", "14.50", "7161.23", "4,838.80", " --"],
    ["Total: Account", "", "", " --", "EUR", "2,485,196", "1,240", "0.05%", "83.74", "103837.77", "14.50", "7161.23", "4,838.80", " --"],
    ["Total: Search", "", "", "", "EUR", "12,345", "210", "1.70%", "1.10", "231.00", "14.50", "15.93", "4,838.80", ""]]
write("google_ads_en.csv", "Campaign performance\n\"September 1, 2026 - September 30, 2026\"\n" + rows(GOOGLE))


def quoted_numbers(table):
    return "".join("\t".join('"' + c + '"' if "," in c else c for c in row) + "\n" for row in table)


write("google_ads_en_excel.csv", "Campaign performance\nSeptember 1, 2026 - September 30, 2026\n" + quoted_numbers(GOOGLE), "utf-16")
write("google_ads_keywords_en.csv", "Search keyword report\n27 January 2026 - 23 February 2026\n" + rows([
    ["Keyword status", "Keyword", "Match type", "Campaign", "Currency code", "Clicks", "Impr.", "Cost"],
    ["Enabled", "\"solar panels\"", "Phrase match", "Search | Solar", "GBP", "10", "1,000", "12.50"],
    ["Enabled", "[solar panels]", "Exact match", "Search | Solar", "GBP", "5", "400", "7.25"],
    ["", "", "Total: Search keywords", " --", "GBP", "15", "1,400", "19.75"],
    ["", "", "Total: Account", " --", "GBP", "15", "1,400", "19.75"]]))
write("google_ads_fr.csv", "Rapport sur les campagnes\n1 sept. 2026 - 30 sept. 2026\n" + "".join("\t".join(row) + "\n" for row in [
    ["État de la campagne", "Campagne", "Budget", "Type de campagne", "Code de la devise", "Impr.", "Clics", "CTR", "CPC moy.", "Coût", "Conversions", "Coût/conv.", "Résultats", "Valeur des résultats"],
    ["Activée", "Search | Marque | FR", '"10,00"', "Réseau de Recherche", "EUR", f"1{NBSP}178", "19", f'"1,61{NBSP}%"', '"1,24"', '"23,55"', '"2,00"', '"11,78"', '"Page vue : 1,00"', '"120,00"'],
    ["Activée", "PMax – été", '"25,00"', "Performance Max", "EUR", f"1{NNBSP}234{NNBSP}567", f"2{NBSP}001", f'"0,16{NBSP}%"', '"0,50"', '"1000,45"', '"8,00"', '"125,06"', "", " --"],
    ["Mise en veille", "Salon", '"5,00"', "Display", "EUR", "0", "0", " --", " --", '"0,00"', '"0,00"', " --", "--", "--"],
    ["Total : Campagnes", " --", " --", " --", "EUR", f"1{NBSP}235{NBSP}745", f"2{NBSP}020", f'"0,16{NBSP}%"', '"0,51"', '"1024,00"', '"10,00"', '"102,40"', "", '"120,00"'],
    ["Total : compte", "", "", "", "EUR", f"1{NBSP}235{NBSP}745", f"2{NBSP}020", f'"0,16{NBSP}%"', '"0,51"', '"1024,00"', '"10,00"', '"102,40"', "", '"120,00"']]), "utf-16")
write("google_ads_daily.csv", "Campaign performance\n\"September 1, 2026 - September 2, 2026\"\n" + rows([
    ["Day", "Campaign", "Campaign ID", "Currency code", "Impr.", "Clicks", "Cost", "Conversions"],
    ["2026-09-01", "Search | Brand", "111", "EUR", "1,000", "20", "12.34", "1.00"],
    ["2026-09-02", "Search | Brand", "111", "EUR", "1,200", "25", "15.66", "2.00"],
    ["2026-09-01", "Webinar, HR", "112", "EUR", "500", "5", "4.00", "0.00"],
    ["Total: Campaigns", " --", " --", "EUR", "2,700", "50", "32.00", "3.00"]]))

# ---- Google Analytics 4: lines of #, several tables, a first row that is longer than its names ----
RULE = "# " + "-" * 40
write("ga4_report.csv", "\n".join([RULE, "# Traffic acquisition: Session default channel group", "# Account: Maison Lumen", "# Property: lumen.example", RULE, "# ", "# All Users",
                                   "# Start date: 20260901", "# End date: 20260930",
                                   "Session default channel group,Sessions,Engaged sessions,Engagement rate,Key events,Total revenue",
                                   "Organic Search,1200,780,0.65,31,1250.5", "Direct,800,420,0.52500000000000002,12,0", "Paid Search,300,201,0.67,9,310"]))
write("ga4_snapshot.csv", "\n".join([RULE, "# Reports snapshot", "# Account: Maison Lumen", "# Property: lumen.example", RULE, "# ", "# All Users",
                                     "# Start date: 20260901", "# End date: 20260930", "Nth day,Active users,New users", "0000,40,12", "0001,44,9", "",
                                     "# Start date: 20260801", "# End date: 20260831", "Session default channel group,Sessions", "Organic Search,1100", "Direct,700", ""]))
write("ga4_exploration.csv", "\n".join(["# ----------------------------------------", "# lumen.example", "# Free form-Tab 1", "# 20260901-20260930", "# ----------------------------------------", "",
                                        "Session default channel group,Sessions", ",4311,Grand total", "Organic Search,2500", "Direct,1811", ""]))
write("ga4_fr.csv", "\ufeff" + "\n".join(["# ----", "# Acquisition de trafic", "# Compte : Maison Lumen", "# Propriété : lumen.example", "# Date de début : 20260901", "# Date de fin : 20260930",
                                          "Groupe de canaux par défaut de la session;Sessions;Taux d'engagement;Événements clés;Revenu total",
                                          f"Organic Search;1{NBSP}200;65,0{NBSP}%;31;1{NBSP}250,50{NBSP}€", f"Direct;800;52,5{NBSP}%;12;0,00{NBSP}€", ""]), newline="\r\n")
write("search_console.csv", rows([["Date", "Clicks", "Impressions", "CTR", "Position"], ["2026-09-01", "12", "1034", "1.16%", "8.4"], ["2026-09-02", "15", "990", "1.5%", "8.1"], ["2026-09-03", "9", "900", "1%", "8.6"]]))
write("matomo.csv", "date,nb_visits,nb_uniq_visitors,nb_actions,bounce_rate,avg_time_on_site\n2026-09-01,120,100,340,45%,93\n2026-09-02,131,104,377,41%,101", "utf-16")

# ---- Meta: the currency in a name, and in French names as Meta types them ----
write("meta_en.csv", rows([
    ["Reporting starts", "Reporting ends", "Campaign name", "Campaign ID", "Results", "Result indicator", "Reach", "Impressions", "Link clicks", "Leads", "Amount spent (EUR)"],
    ["2026-09-01", "2026-09-30", "Livre blanc", "238", "12", "actions:lead", "8000", "20500", "310", "12", "410.35"],
    ["2026-09-01", "2026-09-30", "Retargeting", "239", "", "", "900", "2100", "44", "", "80.65"],
    ["2026-09-01", "2026-09-30", "", "", "", "", "8700", "22600", "354", "12", "491"]]), newline="\n")
write("meta_empty.csv", '"Reporting starts","Reporting ends","Campaign name",Results,"Amount spent (EUR)"\n"No data available."\n')

# ---- LinkedIn: five lines before the names ----
LINKEDIN = [
    ["Start Date (in UTC)", "Account Name", "Currency", "Campaign Group Name", "Campaign ID", "Campaign Name", "Campaign Type", "Campaign Status", "Daily Budget", "Total Spent", "Impressions", "Clicks", "Average CPC", "Conversions", "Leads", "Cost per Lead"],
    ["9/1/2026", "Maison Lumen", "EUR", "T3 | Leads", "200000", "Décideurs RH", "Sponsored Content", "ACTIVE", "50.00", "1,234.50", "10,000", "200", "6.17", "3", "5", "246.90"],
    ["9/2/2026", "Maison Lumen", "EUR", "T3 | Leads", "200000", "Décideurs RH", "Sponsored Content", "ACTIVE", "50.00", "100.00", "2,000", "40", "2.50", "1", "0", "-"],
    ["9/13/2026", "Maison Lumen", "EUR", "T3 | Notoriété", "200481", "Vidéo \"marque\"", "Sponsored Video", "PAUSED", "20.00", "65.50", "900", "0", "0.00", "0", "0", "-"]]
BEFORE = "Campaign Performance Report (in UTC)\nReport Start: September 1, 2026, 12:00 AM\nReport End: September 13, 2026, 11:59 PM\nDate Generated: September 14, 2026, 8:15 AM\n\n"
write("linkedin.csv", BEFORE + rows(LINKEDIN, "\t").replace('\t1,234.50\t', '\t"1,234.50"\t').replace('\t10,000\t', '\t"10,000"\t').replace('\t2,000\t', '\t"2,000"\t'), "utf-16")
write("linkedin_resaved.csv", "Campaign Performance Report (in UTC)\n\n" + rows(LINKEDIN + [["Total", "", "", "", "", "", "", "", "", "1,400.00", "12,900", "240", "", "4", "5", ""]]))

# ---- the ledger (FEC): 18 columns, TAB or |, comma, Latin-9 ----
FEC_NAMES = ["JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet",
             "DateLet", "ValidDate", "Montantdevise", "Idevise"]


def entry(journal, number, day, account, label, auxiliary, supplier, piece, text, debit, credit):
    return [journal, {"AC": "Achats", "BQ": "Banque", "OD": "Opérations diverses"}[journal], number, day, account, label, auxiliary, supplier, piece, day, text, debit, credit, "", "", day, "", ""]


FEC = [FEC_NAMES,
       entry("AC", "1001", "20260115", "62310000", "Annonces et insertions", "", "", "F-881", "Campagne janvier", "1200,00", "0,00"),
       entry("AC", "1001", "20260115", "44566000", "TVA déductible", "", "", "F-881", "Campagne janvier", "240,00", "0,00"),
       entry("AC", "1001", "20260115", "40100000", "Fournisseurs", "RIVIERE", "Atelier Rivière", "F-881", "Campagne janvier", "0,00", "1440,00"),
       entry("AC", "1002", "20260212", "62330000", "Foires et expositions", "", "", "F-882", "Stand salon, cœur de gamme", "3500,50", "0,00"),
       entry("AC", "1002", "20260212", "62340000", "Cadeaux à la clientèle", "", "", "F-882", "Carnets €", "99,50", "0,00"),
       entry("AC", "1002", "20260212", "40100000", "Fournisseurs", "EXPO", "Expo Lyon", "F-882", "Stand salon", "0,00", "3600,00"),
       entry("AC", "1003", "20260301", "62310000", "Annonces et insertions", "", "", "AV-12", "Avoir campagne janvier", "0,00", "200,00"),
       entry("AC", "1003", "20260301", "40100000", "Fournisseurs", "RIVIERE", "Atelier Rivière", "AV-12", "Avoir campagne janvier", "200,00", "0,00"),
       entry("BQ", "2001", "20260305", "51200000", "Banque", "", "", "VIR", "Règlement", "0,00", "1440,00"),
       entry("OD", "3001", "20260331", "62260000", "Honoraires", "", "", "H-7", "Conseil juridique", "800,00", "0,00")]
write("123456789FEC20261231.txt", "".join("\t".join(row) + "\n" for row in FEC), "utf-8", "\r\n")
write("123456789FEC20261231_latin9.txt", "".join("|".join(row) + "\n" for row in FEC), "iso-8859-15", "\r\n")

# ---- budgets as French Excel saves them ----
MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]


def euros(n):
    whole = f"{n // 100:,}".replace(",", NBSP)
    return f"{whole},{n % 100:02d}{NBSP}€" if n else ""


LINES = [("Google Ads", "SEA", "Médias", "Publicité", [120050] * 12), ("Licence CRM", "Outils", "Outils", "Licences CRM", [45000, 0, 0] * 4), ("Salon de Lyon", "Événement", "Autre", "", [0, 0, 250000, 1250075] + [0] * 8)]
table = [["Budget marketing 2026 (HT)"] + [""] * 17, [""] * 18, ["Poste", "Levier", "Catégorie", "Sous-catégorie"] + [m + " 2026" for m in MONTHS] + ["Total", "TVA"]]
for title, lever, category, sub, amounts in LINES:
    table.append([title, lever, category, sub] + [euros(a) for a in amounts] + [euros(sum(amounts)), f"20{NBSP}%"])
table.append(["Total", "", "", ""] + [euros(sum(line[4][m] for line in LINES)) for m in range(12)] + [euros(sum(sum(line[4]) for line in LINES)), ""])
write("budget_fr_mois.csv", rows(table, ";"), "cp1252", "\r\n")
write("budget_fr_lignes.csv", rows([["Ligne", "Mois", "Levier", "Catégorie", "Montant TTC (€)", "Taux de TVA"],
                                    ["Google Ads", "janvier 2026", "SEA", "médias", "1200,60", "20 %"], ["Google Ads", "février 2026", "SEA", "médias", "1200,60", "20 %"],
                                    ["Imprimeur", "mars 2026", "Print", "autre", "550,00", "10 %"], ["Total général", "", "", "", "2951,20", ""]], ";"), "cp1252", "\r\n")

# ---- a wide table of weeks ----
write("weekly_wide.csv", rows([["DATE", "revenue", "tv_S", "print_S", "facebook_I", "search_S", "competitor_sales_B"],
                               ["2026-01-05", "1000.5", "100.25", "0", "5000", "10.126", "77"], ["2026-01-12", "2000", "0", "50.5", "6000", "20.005", "78"], ["2026-01-19", "1500.25", "99.75", "na", "0", "0", "79"]]))

# ---- who does what ----
write("raci_fr.csv", rows([["Tâche", "Claire Martin", "Benoît Roy", "Ventes", "COMEX"], ["Plan 2026", "A", "R", "C", "I"], ["Site web", "A/R", "", "C", ""], ["Salon", "A,R", "r", "C ; I", "i"], ["Lettre", "", "A R", "", ""]], ";"), "cp1252", "\r\n")


# ---- workbooks: shared strings, missing cells, numbers as numbers ----
def column(n):
    return (chr(64 + n // 26) if n >= 26 else "") + chr(65 + n % 26)


def workbook(name, sheet, table):
    strings, body = [], ""
    for r, row in enumerate(table, 1):
        body += f'<row r="{r}">'
        for c, value in enumerate(row):
            if value is None:
                continue
            at = f"{column(c)}{r}"
            if isinstance(value, str):
                if value not in strings:
                    strings.append(value)
                body += f'<c r="{at}" t="s"><v>{strings.index(value)}</v></c>'
            else:
                body += f'<c r="{at}"><v>{value}</v></c>'
        body += "</row>"

    def escape(text):
        return text.replace("&", "&amp;").replace("<", "&lt;")
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    office, package = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://schemas.openxmlformats.org/package/2006/relationships"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                               '<Default Extension="xml" ContentType="application/xml"/>'
                               '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
                               '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
                               '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main}><sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
                                      f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst {main} count="{len(strings)}" uniqueCount="{len(strings)}">' + "".join(f'<si><t xml:space="preserve">{escape(s)}</t></si>' for s in strings) + "</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{body}</sheetData></worksheet>"}
    with zipfile.ZipFile(os.path.join(HERE, name), "w", zipfile.ZIP_DEFLATED) as out:
        for path, text in parts.items():
            out.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), head + text)


workbook("meta_fr.xlsx", "Worksheet", [
    ["Début des rapports", "Fin des rapports", "Nom de la campagne", "Résultats", "Indicateur de résultats", "Couverture", "Répétition", "Impressions", f"CPM (Coût pour 1{NBSP}000{NBSP}impressions) (EUR)",
     "Clics sur un lien", f"J{QUOTE}aime sur Facebook", f"Ajouts d{QUOTE}informations de paiement", "Prospects", "Achats", "Coût par résultat", "Montant dépensé (EUR)"],
    ["2026-09-01", "2026-09-30", "Livre blanc", 12, "actions:lead", 8000, 2.5625, 20500, 20.017073, 310, 4, None, 12, None, 34.195833, 410.35],
    ["2026-09-01", "2026-09-30", "Relance – été", None, None, 900, 2.333333, 2100, 38.404762, 44, None, None, None, 3, None, 80.65]])
workbook("raci_en.xlsx", "RACI", [["Task", "Claire Martin", "Benoît Roy", "Sales / Product", "COMEX"], ["Annual plan", "A", "R", "C", "I"], ["Web site", "R/A", None, "C", None], ["Trade show", "A,R", "R", None, "I"]])
