"""Tables of names for the synthetic layer. Common French ones; any likeness is chance."""

FIRST_NAMES = tuple(
    """Adèle Agathe Alice Aline Amandine Amélie Anaïs Anne Aurélie Bénédicte Camille Capucine Caroline Cécile Chantal
    Charlotte Chloé Claire Clémence Coralie Delphine Diane Édith Élise Élodie Emma Estelle Eugénie Fanny Florence
    Gaëlle Hélène Inès Iris Jeanne Julie Juliette Justine Laure Léa Lina Louise Lucie Maëlle Manon Margaux Marie
    Marion Mathilde Nadia Nathalie Noémie Océane Pauline Perrine Romane Rose Sabrina Salomé Sandrine Sarah Sophie
    Valérie Yasmine Zoé Adrien Alain Albert Alexandre Antoine Arnaud Arthur Augustin Baptiste Benjamin Benoît Bruno
    Cédric Charles Clément Damien David Denis Didier Émile Éric Étienne Fabien Florian François Gabriel Gaël Georges
    Gilles Guillaume Hugo Hadrien Jacques Jérôme Joël Jules Julien Karim Laurent Léo Loïc Louis Lucas Marc Marius
    Martin Mathieu Maxime Mehdi Michel Nicolas Noé Olivier Pascal Paul Philippe Pierre Quentin Raphaël Rémi Robin
    Romain Samuel Sébastien Simon Stéphane Théo Thibault Thomas Tristan Victor Vincent Xavier Yann Yves""".split()
)

SURNAMES = tuple(
    """André Arnaud Aubert Aubry Barbier Baron Barre Benard Benoit Berger Bernard Bertin Bertrand Besson Blanc Blanchard
    Bonnet Boucher Bouchet Boulanger Bourgeois Bouvier Boyer Breton Brun Brunet Carlier Caron Carpentier Carré
    Charles Charpentier Chevalier Clément Colin Collet Cordier Cousin Da-Silva Daniel David Delaunay Delmas
    Denis Deschamps Dubois Dufour Dumas Dumont Dupont Dupuis Durand Duval Étienne Evrard Fabre Faure Ferry Fleury
    Fontaine Fournier François Gaillard Garcia Garnier Gauthier Gautier Gérard Germain Gilbert Girard Giraud Goncalves
    Grondin Guérin Guichard Guillaume Guillot Guyot Hamon Henry Herbert Hubert Huet Hamel Jacob Jacquet Jean Joly
    Julien Klein Lacroix Lambert Laurent Leblanc Leclerc Lecomte Lefebvre Lefèvre Legrand Lemaire Lemoine Leroux Leroy
    Lopez Lucas Maillard Mallet Marchand Marie Martel Martin Martinez Marty Masson Mathieu Menard Mercier Meunier
    Meyer Michaud Michel Monnier Moreau Morel Morin Moulin Muller Nguyen Nicolas Noël Olivier Paris Pasquier Perez
    Perret Perrin Perrot Petit Philippe Picard Pierre Poirier Pons Poulain Prévost Renard Renaud Renault Rey Reynaud
    Richard Rivière Robert Robin Roche Rodriguez Roger Rolland Rousseau Roussel Roux Roy Royer Sanchez Schmitt
    Schneider Simon Tessier Thomas Vasseur Vidal Vincent Weber""".split()
)

STREETS = (
    "rue de la Paix",
    "rue Crébillon",
    "avenue de la République",
    "boulevard Voltaire",
    "rue Victor-Hugo",
    "place du Marché",
    "rue des Lilas",
    "chemin des Vignes",
    "rue Jean-Jaurès",
    "allée des Tilleuls",
    "quai de la Fosse",
    "rue du Moulin",
    "avenue Foch",
    "rue Pasteur",
    "impasse des Roses",
    "rue de Strasbourg",
    "boulevard Gambetta",
    "rue des Écoles",
    "route de Vannes",
    "rue Kervégan",
)

PLACES = (
    ("44000", "Nantes"),
    ("44400", "Rezé"),
    ("44800", "Saint-Herblain"),
    ("44100", "Nantes"),
    ("44120", "Vertou"),
    ("49000", "Angers"),
    ("35000", "Rennes"),
    ("56000", "Vannes"),
    ("85000", "La Roche-sur-Yon"),
    ("44600", "Saint-Nazaire"),
)

SHOPS = ("Nantes Graslin", "Nantes Talensac", "Rezé", "Angers", "Rennes", "Saint-Nazaire", "Vannes", "La Roche-sur-Yon")

MAIL_HOSTS = ("courriel.example", "poste.example", "boite.example", "lettre.example")
