/**
 * Words that people put into passwords most: written down by us from what surveys of leaked passwords have in common, in
 * English and French; folded to lower case without accents. {@link isGuessable} combines them.
 */
const text = `
password passwort passw0rd pass word passe motdepasse mdp secret secrets login signin welcome bienvenue letmein access
admin administrator administrateur root user guest test testing demo temp default change changeme changeit master
server system windows computer ordinateur internet google facebook twitter linkedin instagram youtube microsoft apple
samsung nokia iphone android hello hallo bonjour salut hi hey goodbye qwerty azerty qwertz asdf zxcv abc abcd xyz
love loves loveyou iloveyou iloveu iloveme ilovemyself loveme lover lovely amour jetaime tamour amoureux cheri cherie
baby babygirl babyboy bebe princess princesse prince queen king reine angel angels ange sunshine soleil sunny star stars
etoile moon lune rainbow flower fleur rose roses lily daisy butterfly papillon chocolate chocolat cookie cookies sugar
sucre honey miel candy cherry banana orange apple pomme peach lemon citron coffee cafe beer vodka whisky pizza cheese
dragon monkey tiger tigre lion bear ours wolf loup eagle falcon hawk shark horse cheval dog dogs chien cat cats chat
chaton kitty puppy rabbit lapin mouse souris elephant panda dolphin fish poisson bird snake spider turtle tweety snoopy
football soccer hockey baseball basketball tennis golf sport sports runner racing ferrari porsche mercedes mustang
corvette toyota honda nissan yamaha harley canada quebec montreal toronto ottawa vancouver ontario canadien canadiens
france paris london england america usa american boston chicago dallas texas newyork jordan arsenal chelsea liverpool
manchester barcelona madrid juventus senators oilers leafs raptors yankees cowboys steelers packers lakers
superman batman spiderman ironman starwars skywalker matrix pokemon pikachu naruto zelda mario minecraft fortnite
warcraft hunter killer shadow ghost phantom ninja samurai pirate wizard magic magique power force storm thunder
lightning fire feu water eau ice snow neige winter hiver spring printemps summer ete autumn fall automne january
february march april may june july august september october november december janvier fevrier mars avril mai juin
juillet aout septembre octobre novembre decembre monday tuesday wednesday thursday friday saturday sunday lundi mardi
mercredi jeudi vendredi samedi dimanche morning night today forever toujours always never jamais lifetime life vie
happy heureux heureuse smile sourire lucky chance freedom liberte peace paix trust hope espoir faith believe dream
dreams reve money argent cash gold silver diamond diamant black white red blue green yellow purple pink brown grey
noir blanc rouge bleu vert jaune rose violet family famille mother maman mom mommy mama father papa dad daddy sister
soeur brother frere friend friends ami amis amie grandma mamie son daughter wife husband girl boy man woman
michael jennifer jessica ashley amanda daniel matthew andrew joshua christopher robert thomas william david james john
joseph richard charles george anthony steven brian kevin jason justin brandon ryan nicholas alexander alex jonathan
benjamin samuel jacob nathan tyler austin jack harry oliver oscar leo max charlie lucas hugo louis arthur jules gabriel
raphael adam emma olivia sophia sophie isabelle charlotte amelia mia chloe lea manon camille julie marie anne anna
nicole michelle melissa stephanie elizabeth sarah laura rachel rebecca hannah samantha andrea maria martin patrick
pierre jean francois nicolas julien sebastien maxime antoine alexandre vincent philippe simon mathieu eric marc luc
jesus christ jesuschrist god dieu lord heaven church bible angelique blessed amen allah
school ecole college university universite student etudiant etudiante teacher professeur class classe learn learning
study study education academy badge badges credential certificate certificat diploma diplome course training formation
work travail office bureau company business team equipe project manager boss work job career
trustno one two three four five six seven eight nine ten un deux trois quatre cinq sept huit neuf dix hundred thousand
first second last new old big small best good great cool nice sexy hot crazy funny bad boy girl super mega ultra hyper
please thanks thankyou merci please you your yours my mine me the and for with this that is it not your our moi toi
lui elle nous vous mon ton son les des une est pas fuck fuckyou fucker shit bitch asshole merde putain
`

export const commonWords: ReadonlySet<string> = new Set(text.split(/\s+/).filter((word) => word.length >= 3))
