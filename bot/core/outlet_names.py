"""The tables of well-known outlets and news agencies; how a name or host is looked up in them lives in `core.outlets`."""

from typing import Final

# One outlet an entry: the host, then the name as a reader would say it; further hosts of the same outlet after a comma.
OUTLETS: Final = """
abc.es ABC | abcnews.go.com,abcnews.com ABC News | abc.net.au ABC | aftenposten.no Aftenposten | aftonbladet.se Aftonbladet
ahram.org.eg Al-Ahram | aif.ru Argumenty i Fakty | aljazeera.com,aljazeera.net Al Jazeera | alarabiya.net Al Arabiya
allafrica.com AllAfrica | ambito.com Ámbito | arabnews.com Arab News | arstechnica.com Ars Technica | artnews.com ARTnews
asahi.com The Asahi Shimbun | asharq.com,aawsat.com Asharq Al-Awsat | atlanticcouncil.org Atlantic Council | axios.com Axios
azatutyun.am Azatutyun | babel.ua Babel | balkaninsight.com Balkan Insight | baltictimes.com The Baltic Times
bangkokpost.com Bangkok Post | barrons.com Barron's | bbc.com,bbc.co.uk,bbci.co.uk BBC | belsat.eu Belsat
berliner-zeitung.de Berliner Zeitung | bild.de Bild | bellingcat.com Bellingcat | bloomberg.com Bloomberg
bostonglobe.com The Boston Globe | breitbart.com Breitbart | businessinsider.com,insider.com Business Insider
business-standard.com Business Standard | buzzfeednews.com BuzzFeed News | caixinglobal.com Caixin Global
calgaryherald.com Calgary Herald | cbc.ca CBC | cbsnews.com,cbslocal.com CBS News | cbssports.com CBS Sports | channelnewsasia.com CNA
chicagotribune.com Chicago Tribune | chinadaily.com.cn,chinadailyhk.com China Daily | chosun.com The Chosun Ilbo | clarin.com Clarín
cnbc.com CNBC | cnet.com CNET | cnn.com CNN | corriere.it Corriere della Sera | csmonitor.com The Christian Science Monitor
ctvnews.ca CTV News | currenttime.tv Current Time | dailymail.co.uk,dailymail.com Daily Mail | dailysabah.com Daily Sabah
dailystar.com.lb The Daily Star | dailystar.co.uk Daily Star | dallasnews.com The Dallas Morning News | dawn.com Dawn
deccanherald.com Deccan Herald | defensenews.com Defense News | dn.se Dagens Nyheter | denverpost.com The Denver Post
derstandard.at,derstandard.de Der Standard | detik.com Detik | detroitnews.com The Detroit News | devdiscourse.com Devdiscourse
diepresse.com Die Presse | dnaindia.com DNA | dr.dk DR | dw.com Deutsche Welle | dziennik.pl Dziennik | economist.com The Economist
economictimes.com,economictimes.indiatimes.com The Economic Times | edition.cnn.com CNN | ekathimerini.com,kathimerini.gr Kathimerini
elconfidencial.com El Confidencial | eldiario.es elDiario.es | elmundo.es El Mundo | elpais.com EL PAÍS | elperiodico.com El Periódico
eltiempo.com El Tiempo | eluniversal.com.mx El Universal | engadget.com Engadget | espn.com,espn.co.uk ESPN | espreso.tv Espreso
estadao.com.br Estadão | euobserver.com EUobserver | eurointegration.com.ua European Pravda | euractiv.com Euractiv
euromaidanpress.com Euromaidan Press | euronews.com Euronews | excelsior.com.mx Excélsior | express.co.uk Daily Express
faz.net Frankfurter Allgemeine Zeitung | fr.de Frankfurter Rundschau | financialexpress.com The Financial Express
firstpost.com Firstpost | focus.de FOCUS | folha.uol.com.br,folha.com.br Folha de S.Paulo | forbes.com Forbes | fortune.com Fortune
foreignpolicy.com Foreign Policy | foxbusiness.com Fox Business | foxnews.com Fox News | france24.com France 24
francetvinfo.fr,franceinfo.fr franceinfo | ft.com Financial Times | g1.globo.com G1 | globo.com,oglobo.globo.com O Globo
gazeta.ru Gazeta.Ru | gazetaprawna.pl Gazeta Prawna | globalnews.ca Global News | globaltimes.cn Global Times | gmanetwork.com GMA News
golem.de Golem.de | gordonua.com Gordon | gulfnews.com Gulf News | haaretz.com,haaretz.co.il Haaretz
hani.co.kr,english.hani.co.kr The Hankyoreh | handelsblatt.com Handelsblatt | hankookilbo.com Hankook Ilbo | hbl.fi Hufvudstadsbladet
heise.de heise online | hindustantimes.com Hindustan Times | hln.be Het Laatste Nieuws | hs.fi Helsingin Sanomat
hromadske.ua,hromadske.radio Hromadske | huffpost.com,huffingtonpost.com,huffingtonpost.co.uk HuffPost | hurriyet.com.tr Hürriyet
hurriyetdailynews.com Hürriyet Daily News | ilfattoquotidiano.it Il Fatto Quotidiano | ilsole24ore.com Il Sole 24 Ore
ilmessaggero.it Il Messaggero | independent.co.uk The Independent | independent.ie Irish Independent | index.hu Index
indiatoday.in India Today | indianexpress.com The Indian Express | infobae.com Infobae | inquirer.com The Philadelphia Inquirer
inquirer.net Philippine Daily Inquirer | insajder.net Insajder | irishexaminer.com Irish Examiner | irishtimes.com The Irish Times
israelhayom.com Israel Hayom | izvestia.ru,iz.ru Izvestia | japantimes.co.jp The Japan Times | japantoday.com Japan Today
joongang.co.kr,koreajoongangdaily.joins.com JoongAng Ilbo | jpost.com The Jerusalem Post | jutarnji.hr Jutarnji list
khaleejtimes.com Khaleej Times | kommersant.ru Kommersant | kompas.com Kompas | koreaherald.com The Korea Herald
koreatimes.co.kr The Korea Times | kp.ru Komsomolskaya Pravda | kyivindependent.com The Kyiv Independent | kyivpost.com Kyiv Post
krone.at Kronen Zeitung | kurier.at Kurier | kurir.rs Kurir | lanacion.com.ar La Nación | larazon.es La Razón | lastampa.it La Stampa
latimes.com Los Angeles Times | lavanguardia.com La Vanguardia | latercera.com La Tercera | lb.ua LB.ua | lefigaro.fr Le Figaro
lemonde.fr Le Monde | leparisien.fr Le Parisien | lesechos.fr Les Echos | lenta.ru Lenta.ru | letemps.ch Le Temps | lexpress.fr L'Express
liberation.fr Libération | liga.net LIGA.net | livemint.com Mint | lrt.lt LRT | lsm.lv LSM | mainichi.jp The Mainichi
manilatimes.net The Manila Times | marketwatch.com MarketWatch | mediapart.fr Mediapart | mediazona.ca,zona.media Mediazona
meduza.io Meduza | metro.co.uk Metro | miamiherald.com Miami Herald | middleeasteye.net Middle East Eye | milenio.com Milenio
militarnyi.com,mil.in.ua Militarnyi | mirror.co.uk Daily Mirror | mk.ru Moskovskij Komsomolets | morgenpost.de Berliner Morgenpost
msn.com MSN | msnbc.com MSNBC | mz.de Mitteldeutsche Zeitung | naftemporiki.gr Naftemporiki | nation.africa Nation
nationalpost.com National Post | nbcnews.com NBC News | ndtv.com NDTV | news.com.au news.com.au | news24.com News24
newsnation.in News Nation | newsweek.com Newsweek | newyorker.com The New Yorker | nhk.or.jp NHK | nikkei.com,asia.nikkei.com Nikkei
nos.nl NOS | novayagazeta.ru,novayagazeta.eu Novaya Gazeta | novinky.cz Novinky | npr.org NPR | nrc.nl NRC | nrk.no NRK | n-tv.de n-tv
nv.ua NV | nypost.com New York Post | nydailynews.com New York Daily News | nytimes.com The New York Times
nzherald.co.nz The New Zealand Herald | nzz.ch Neue Zürcher Zeitung | obozrevatel.com Obozrevatel | observador.pt Observador
onet.pl Onet | orf.at ORF | ouest-france.fr Ouest-France | pagina12.com.ar Página/12 | panarmenian.net PanARMENIAN | pbs.org PBS
philstar.com The Philippine Star | politico.com,politico.eu Politico | politiken.dk Politiken | polygraph.info Polygraph.info
polskieradio.pl Polskie Radio | pravda.com.ua Ukrainska Pravda | pravda.ru Pravda.ru | premiumtimesng.com Premium Times
propublica.org ProPublica | protothema.gr Proto Thema | publico.es Público | publico.pt Público | punchng.com The Punch | qz.com Quartz
radiosvoboda.org Radio Svoboda | rai.it,rainews.it RaiNews | rappler.com Rappler | rbc.ru RBC | rbc.ua RBC-Ukraine | reforma.com Reforma
repubblica.it la Repubblica | reuters.com Reuters | rferl.org RFE/RL | rfi.fr RFI | rg.ru Rossiyskaya Gazeta
rollingstone.com Rolling Stone | rp.pl Rzeczpospolita | rp-online.de Rheinische Post | rt.com RT | rte.ie RTÉ | rtbf.be RTBF
rtve.es RTVE | scientificamerican.com Scientific American | scmp.com South China Morning Post | scroll.in Scroll.in
semafor.com Semafor | sfchronicle.com,sfgate.com San Francisco Chronicle | seattletimes.com The Seattle Times
skynews.com,news.sky.com Sky News | slate.com Slate | smh.com.au The Sydney Morning Herald | sme.sk SME | space.com Space.com
spiegel.de DER SPIEGEL | sputniknews.com,sputnikglobe.com Sputnik | srf.ch SRF | standard.co.uk The Standard
standardmedia.co.ke The Standard | startribune.com Star Tribune | stern.de stern | straitstimes.com The Straits Times
stripes.com Stars and Stripes | stuff.co.nz Stuff | sueddeutsche.de Süddeutsche Zeitung | suspilne.media Suspilne
svd.se Svenska Dagbladet | svt.se SVT | swissinfo.ch Swissinfo | tagesanzeiger.ch Tages-Anzeiger | tagesschau.de tagesschau
tagesspiegel.de Der Tagesspiegel | taipeitimes.com Taipei Times | taz.de taz | techcrunch.com TechCrunch | telegraph.co.uk The Telegraph
telegraphindia.com The Telegraph India | theage.com.au The Age | theaustralian.com.au The Australian | theatlantic.com The Atlantic
thebarentsobserver.com The Barents Observer | theconversation.com The Conversation | thedailybeast.com The Daily Beast
thedailystar.net The Daily Star | theglobeandmail.com The Globe and Mail | theguardian.com,guardian.co.uk The Guardian
thehill.com The Hill | thehindu.com The Hindu | thehindubusinessline.com BusinessLine | theinsider.ru,theins.ru,theins.press The Insider
thejakartapost.com The Jakarta Post | thejournal.ie The Journal | thelocal.de,thelocal.fr,thelocal.se The Local
themoscowtimes.com The Moscow Times | thenational.ae The National | thenationalnews.com The National | theprint.in ThePrint
theprovince.com The Province | theregister.com The Register | thestar.com Toronto Star | thestar.com.my The Star | thesun.co.uk The Sun
thetimes.co.uk,thetimes.com The Times | theverge.com The Verge | thewire.in The Wire | time.com TIME
timesofindia.indiatimes.com,timesofindia.com The Times of India | timesofisrael.com The Times of Israel | tn.com.ar TN
trtworld.com TRT World | trouw.nl Trouw | tsn.ua TSN | tv2.no TV 2 | tvn24.pl TVN24 | tvp.pl,tvp.info TVP | tvrain.ru,tvrain.tv TV Rain
unian.ua,unian.net,unian.info UNIAN | univision.com Univision | usatoday.com USA TODAY | usnews.com U.S. News & World Report
vancouversun.com Vancouver Sun | vanguardngr.com Vanguard | vedomosti.ru Vedomosti | venturebeat.com VentureBeat | vg.no VG
vice.com VICE | vnexpress.net VnExpress | voanews.com VOA | volkskrant.nl de Volkskrant | vox.com Vox | vrt.be VRT
washingtonexaminer.com Washington Examiner | washingtonpost.com The Washington Post | washingtontimes.com The Washington Times
welt.de DIE WELT | wired.com WIRED | wiwo.de WirtschaftsWoche | wp.pl Wirtualna Polska | wsj.com The Wall Street Journal
wyborcza.pl Gazeta Wyborcza | yenisafak.com Yeni Şafak | yle.fi Yle | ynet.co.il,ynetnews.com Ynet
yomiuri.co.jp,japannews.yomiuri.co.jp The Yomiuri Shimbun | zaxid.net ZAXID.NET | zdf.de ZDF | zdnet.com ZDNET | zeit.de DIE ZEIT
zerohedge.com ZeroHedge | zn.ua ZN.UA | 20min.ch 20 Minuten | 20minutes.fr 20 Minutes | 444.hu 444 | 24tv.ua 24 Kanal | 9news.com.au 9News
7news.com.au 7NEWS
"""

# One agency an entry: the name a reader would say, then hosts (they hold a dot) and other spellings of bylines, after commas.
AGENCIES: Final = """
AAP,aap.com.au,Australian Associated Press | AFP,afp.com,Agence France-Presse,Agence France Presse,AFP News | Agerpres,agerpres.ro
Agência Brasil,agenciabrasil.ebc.com.br | Anadolu,aa.com.tr,Anadolu Agency,Anadolu Ajansı,AA | ANI,aninews.in,Asian News International
ANP,anp.nl | ANSA,ansa.it | Antara,antaranews.com | AP,apnews.com,ap.org,Associated Press,The Associated Press,AP News
APA,apa.at,Austria Presse Agentur | Armenpress,armenpress.am | Belga,belganewsagency.eu,belga.be | BelTA,belta.by | Bernama,bernama.com
Bloomberg News | BNS,bns.lt,Baltic News Service | BTA,bta.bg | Canadian Press,thecanadianpress.com,The Canadian Press
Central News Agency,cna.com.tw,focustaiwan.tw | Cihan | ČTK,ctk.cz,ceskenoviny.cz,CTK | DHA
dpa,dpa.com,dpa-AFX,Deutsche Presse-Agentur,dpa-infocom | EFE,efe.com,Agencia EFE | ELTA,elta.lt | epd,epd.de
Europa Press,europapress.es | Fars News Agency,farsnews.ir | HINA,hina.hr | IANS,ians.in,Indo-Asian News Service
Interfax,interfax.ru,interfax.com | Interfax-Ukraine,interfax.com.ua,Interfax Ukraine | IRNA,irna.ir,en.irna.ir | Jiji Press,jiji.com,Jiji
Kazinform,inform.kz | KCNA,kcna.kp | KNA,kna.de | KUNA,kuna.net.kw | Kyodo,kyodonews.net,kyodonews.jp,Kyodo News | LETA,leta.lv
Lusa,lusa.pt | MENA | MTI,mti.hu | NAN,nannews.ng,News Agency of Nigeria | Newsis,newsis.com | News1,news1.kr | Notimex | NTB,ntb.no
PA Media,pa.media,Press Association,PA News Agency | PAP,pap.pl,Polska Agencja Prasowa | Petra,petra.gov.jo
Philippine News Agency,pna.gov.ph | Prensa Latina,prensa-latina.cu | PTI,ptinews.com,Press Trust of India | QNA,qna.org.qa
Reuters,reuters.com,Thomson Reuters,Reuters News,Thomson Reuters Foundation | RIA Novosti,ria.ru,RIA | Ritzau,ritzau.dk | SANA,sana.sy
SDA,Keystone-SDA,keystone-sda.ch,ATS,Keystone-ATS | SID,sid.de,Sport-Informations-Dienst | SPA,spa.gov.sa,Saudi Press Agency | STT,stt.fi
STA,sta.si | Tanjug,tanjug.rs | Tasnim,tasnimnews.com,Tasnim News Agency | TASS,tass.ru,tass.com,ITAR-TASS | TASR,tasr.sk
Télam,telam.com.ar,Telam | TT,tt.se,TT Nyhetsbyrån | Ukrinform,ukrinform.ua,ukrinform.net,ukrinform.ru,Укрінформ | UNI,uniindia.com
UPI,upi.com,United Press International | VNA,vietnamplus.vn,Vietnam News Agency | WAM,wam.ae,Emirates News Agency
Xinhua,xinhuanet.com,news.cn,Xinhua News Agency | Yonhap,yna.co.kr,yonhapnews.co.kr,Yonhap News Agency,Yonhap News,연합뉴스 | ТАСС
РИА Новости | Интерфакс
"""
